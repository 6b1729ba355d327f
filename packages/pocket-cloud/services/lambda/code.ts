import { createHash } from "node:crypto";
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { FunctionCode } from "@aws-sdk/client-lambda";
import { unzipSync } from "fflate";
import type { Caller } from "../../caller";
import { DOWNLOAD_PATH } from "../../downloads";
import { AwsError, unsupported } from "../../errors";
import type { CloudContext } from "../../service";
import { makePrivateDirectory, PRIVATE_FILE } from "../../storage/private";
import { invalid, type LambdaStore } from "./store";

export interface Code {
  /** The SHA-256 of the zip in base64, as AWS reports it. */
  readonly sha256: string;
  readonly size: number;
}

type Source = Pick<FunctionCode, "ZipFile" | "S3Bucket" | "S3Key" | "S3ObjectVersion" | "ImageUri">;

/** Lambda developer guide, "Lambda quotas"; the messages are recorded by LocalStack's tests of size limits. */
const MOST_ZIPPED = 50 * 2 ** 20;
const MOST_UNZIPPED = 250 * 2 ** 20;

export async function readCode(cloud: CloudContext, source: Source, caller: Caller): Promise<Uint8Array> {
  if (source.ImageUri) throw unsupported("functions from container images");
  if (source.ZipFile) {
    if (source.ZipFile.byteLength > MOST_ZIPPED)
      throw new AwsError(
        "RequestEntityTooLargeException",
        `Zipped size must be smaller than ${MOST_ZIPPED} bytes`,
        413,
      );
    return source.ZipFile;
  }
  if (!source.S3Bucket || !source.S3Key) throw invalid("Please provide a source for function code.");
  const input = {
    Bucket: source.S3Bucket,
    Key: source.S3Key,
    ...(source.S3ObjectVersion && { VersionId: source.S3ObjectVersion }),
  };
  const object = await cloud.call("s3", "GetObject", input, caller).catch(ofS3);
  if (!object.Body) throw invalid(`The object s3://${source.S3Bucket}/${source.S3Key} is empty`);
  return bytesOf(object.Body);
}

/** As recorded by LocalStack's test_lambda_code_location_s3_errors. */
function ofS3(error: unknown): never {
  if (!(error instanceof AwsError) || error.status !== 404) throw error;
  throw invalid(
    `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
  );
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Unpacks a zip into the folder of its digest, unless the same zip is there already. */
export function storeCode(store: LambdaStore, zip: Uint8Array): Code {
  const sha256 = createHash("sha256").update(zip).digest("base64");
  const root = codeRoot(store, sha256);
  if (!existsSync(root)) unpack(zip, root);
  if (!existsSync(zipOf(root))) writeFileSync(zipOf(root), zip, { mode: PRIVATE_FILE });
  return { sha256, size: zip.byteLength };
}

const zipOf = (root: string): string => `${root}.zip`;

/** Where a client downloads the zip for ten minutes, as in Code.Location of GetFunction. */
export function locationOf(store: LambdaStore, sha256: string | undefined): { Location?: string } {
  const zip = zipOf(codeRoot(store, sha256 ?? ""));
  if (!existsSync(zip)) return {};
  return { Location: `${store.cloud.endpoint()}${DOWNLOAD_PATH}${store.cloud.downloads.offer(zip)}` };
}

export const codeRoot = (store: LambdaStore, sha256: string): string =>
  join(store.dir, "code", Buffer.from(sha256, "base64").toString("hex"));

function unpack(zip: Uint8Array, root: string): void {
  let files: Record<string, Uint8Array>;
  let size = 0;
  try {
    files = unzipSync(zip, {
      filter: ({ originalSize }) => {
        size += originalSize;
        if (size >= MOST_UNZIPPED) throw invalid(`Unzipped size must be smaller than ${MOST_UNZIPPED} bytes`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
  }
  const temporary = `${root}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  makePrivateDirectory(temporary);
  // Makes .js files CommonJS even if the state directory is inside a project with "type": "module".
  writeFileSync(join(temporary, "package.json"), "{}", { mode: PRIVATE_FILE });
  for (const [name, bytes] of Object.entries(files)) {
    const path = normalize(name);
    if (path.startsWith("..") || path.startsWith("/") || path.includes("\\"))
      throw invalid(`The zip entry ${JSON.stringify(name)} leaves the function's folder`);
    if (name.endsWith("/")) continue;
    makePrivateDirectory(dirname(join(temporary, path)));
    writeFileSync(join(temporary, path), bytes, { mode: PRIVATE_FILE });
  }
  renameSync(temporary, root);
}
