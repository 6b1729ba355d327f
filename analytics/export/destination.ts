import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { splitLocation } from "../../tools/kit/athena-results";
import { Failure, UsageError } from "../../tools/kit/errors";
import type { Clients } from "../clients";

/** Where an export goes: a folder of this machine, or a prefix of a bucket. Both end with a slash. */
export type Destination =
  | { readonly kind: "folder"; readonly path: string; readonly text: string }
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string; readonly text: string };

export function readDestination(text: string): Destination {
  const withSlash = text.endsWith("/") ? text : `${text}/`;
  if (!/^[a-z0-9]+:\/\//i.test(text)) return { kind: "folder", path: text, text: withSlash };
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\//.test(withSlash))
    throw new UsageError(`--to takes a folder or s3://<bucket>/<prefix>, not "${text}"`);
  const { bucket, key } = splitLocation(withSlash);
  return { kind: "s3", bucket, prefix: key, text: withSlash };
}

/** A second export into the same place would double its rows for a reader. */
export async function refuseUsed(destination: Destination, clients: Clients): Promise<void> {
  const used =
    destination.kind === "folder"
      ? (await entriesOf(destination.path)).length > 0
      : (await listKeys(clients, destination.bucket, destination.prefix, 1)).length > 0;
  if (used) throw new Failure(`${destination.text} is not empty: choose another place, or empty it first`);
}

async function entriesOf(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR")
      throw new UsageError(`--to ${path} is a file; it must be a folder or s3://<bucket>/<prefix>`);
    throw error;
  }
}

async function listKeys(
  { s3, callOptions }: Clients,
  Bucket: string,
  Prefix: string,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly { key: string; size: number }[]> {
  const found: { key: string; size: number }[] = [];
  let token: string | undefined;
  do {
    const { Contents = [], NextContinuationToken } = await s3.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix,
        ...(Number.isFinite(most) && { MaxKeys: most }),
        ...(token !== undefined && { ContinuationToken: token }),
      }),
      callOptions,
    );
    for (const { Key = "", Size = 0 } of Contents) found.push({ key: Key, size: Size });
    token = NextContinuationToken;
  } while (token !== undefined && found.length < most);
  return found;
}

export interface Written {
  readonly files: number;
  readonly bytes: number;
}

/** Counts what is below a prefix. */
export async function countObjects(clients: Clients, bucket: string, prefix: string): Promise<Written> {
  const found = await listKeys(clients, bucket, prefix);
  return { files: found.length, bytes: found.reduce((sum, { size }) => sum + size, 0) };
}

/** Moves the objects below a prefix into a folder. A file appears only when it is complete. */
export async function moveObjects(
  clients: Clients,
  bucket: string,
  prefix: string,
  folder: string,
  suffix: string,
): Promise<Written> {
  const found = await listKeys(clients, bucket, prefix);
  for (const { key } of found) {
    const name = key.slice(prefix.length);
    const file = join(folder, name.endsWith(suffix) ? name : `${name}${suffix}`);
    const body = await clients.openObject(bucket, key);
    await writeWhole(file, body ?? []);
  }
  // Results expire by a rule; whoever may not delete them leaves them to it.
  for (const { key } of found)
    await clients.s3
      .send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), clients.callOptions)
      .catch((error: unknown) => {
        if (!(error instanceof S3ServiceException && error.name === "AccessDenied")) throw error;
      });
  return { files: found.length, bytes: found.reduce((sum, { size }) => sum + size, 0) };
}

async function writeWhole(
  file: string,
  pieces: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  signal?: AbortSignal,
): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(unfinished), signal ? { signal } : {});
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return (await stat(file)).size;
}

/** Writes pieces of text as one file of the destination. */
export async function writeText(
  destination: Destination,
  name: string,
  pieces: AsyncIterable<string>,
  { s3, callOptions }: Clients,
): Promise<Written> {
  if (destination.kind === "folder")
    return {
      files: 1,
      bytes: await writeWhole(join(destination.path, name), pieces, callOptions.abortSignal),
    };
  // S3 wants to know the length first.
  const folder = await mkdtemp(join(tmpdir(), "pricelake-export-"));
  try {
    const file = join(folder, name);
    const bytes = await writeWhole(file, pieces, callOptions.abortSignal);
    await s3.send(
      new PutObjectCommand({
        Bucket: destination.bucket,
        Key: `${destination.prefix}${name}`,
        Body: createReadStream(file),
        ContentLength: bytes,
      }),
      callOptions,
    );
    return { files: 1, bytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
