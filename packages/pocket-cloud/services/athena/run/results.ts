import { createReadStream, type ReadStream, readFileSync } from "node:fs";
import type { EncryptionConfiguration } from "@aws-sdk/client-athena";
import { QueryFailure } from "../../../../trino-duckdb";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import type { Execution } from "../records";
import type { Change, Listing } from "../statements/statement";
import { metadata } from "./metadata";

/** Larger files are streamed. */
const STREAM_ABOVE = 4 << 20;

/** Uploads a result and its metadata with the permissions of the execution's caller. */
export async function storeResult(
  cloud: CloudContext,
  execution: Execution,
  file: string,
  size: number,
): Promise<void> {
  await put(cloud, execution, execution.location, bodyOf(file, size), size);
  await storeMetadata(cloud, execution);
}

/** The body of an upload. */
export const bodyOf = (file: string, size: number): Buffer | ReadStream =>
  size <= STREAM_ABOVE ? readFileSync(file) : createReadStream(file);

/** Results without columns have no metadata. */
async function storeMetadata(cloud: CloudContext, execution: Execution): Promise<void> {
  if ((execution.columns ?? []).length === 0) return;
  const body = metadata(execution);
  await put(cloud, execution, `${execution.location}.metadata`, body, body.length);
}

/** Uploads the result of a statement other than a query: lines of plain text, without a final line feed. */
export async function storeListing(
  cloud: CloudContext,
  execution: Execution,
  { columns, lines, listed = "string" }: Listing,
): Promise<void> {
  execution.columns = columns.map((name) => ({
    name,
    type: { kind: "varchar" },
    ...(listed !== "text" && { listed }),
  }));
  const header = execution.header ? columns : [];
  const body = Buffer.from([...header, ...lines].join("\n"));
  execution.rows = lines.length;
  execution.bytes = body.length;
  await put(cloud, execution, execution.location, body, body.length);
  await storeMetadata(cloud, execution);
}

/** Stores the result of a statement that writes rows elsewhere: the number of rows. */
export async function storeCount(
  cloud: CloudContext,
  execution: Execution,
  { verb, count }: Change,
): Promise<void> {
  execution.columns = [{ name: "rows", type: { kind: "bigint" } }];
  execution.updated = verb;
  execution.updateCount = count;
  await storeMetadata(cloud, execution);
}

async function put(
  cloud: CloudContext,
  execution: Execution,
  location: string,
  body: Buffer | ReadStream,
  size: number,
): Promise<void> {
  const { bucket, key } = objectOf(location);
  const owner = execution.resultConfiguration.ExpectedBucketOwner;
  try {
    await cloud.call(
      "s3",
      "PutObject",
      {
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentLength: size,
        ContentType: "application/octet-stream",
        ChecksumAlgorithm: "CRC32",
        ...(typeof owner === "string" && { ExpectedBucketOwner: owner }),
        ...encryption(
          execution.resultConfiguration.EncryptionConfiguration as EncryptionConfiguration | undefined,
        ),
      },
      execution.caller,
    );
  } catch (error) {
    if (error instanceof AwsError && error.status === 403)
      throw new QueryFailure(
        "PERMISSION_DENIED",
        `Access denied when writing output to url: ${location} . Please ensure you are allowed to access the S3 bucket. (${error.message})`,
      );
    throw error;
  }
}

export function objectOf(location: string): { bucket: string; key: string } {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
  return { bucket, key };
}

function encryption(configuration: EncryptionConfiguration | undefined) {
  if (configuration?.EncryptionOption === "SSE_S3") return { ServerSideEncryption: "AES256" as const };
  if (configuration?.EncryptionOption !== "SSE_KMS") return {};
  return {
    ServerSideEncryption: "aws:kms" as const,
    ...(configuration.KmsKey !== undefined && { SSEKMSKeyId: configuration.KmsKey }),
  };
}
