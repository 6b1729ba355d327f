import { gunzipSync } from "node:zlib";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

export interface LakeObject {
  readonly key: string;
  readonly text: string;
  readonly modified: Date;
}

/** Limits of a read. */
export interface ReadLimits {
  /** Called with an object's size before it is read: throws to end the read. */
  readonly onSize?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

const WIDTH = 8;

/** Every object under a prefix as text, gunzipped if needed. The next few are read while the caller works on one. */
export async function* objectsUnder(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
  { onSize, signal }: ReadLimits = {},
): AsyncGenerator<LakeObject> {
  const options = signal && { abortSignal: signal };
  const fetchText = (Key: string) => readObject(s3, Bucket, Key, options);
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }, options)) {
    const entries = page.Contents ?? [];
    for (const { Key = "", Size = 0 } of entries) onSize?.(Key.endsWith(".gz") ? Size * GZIP_RATIO : Size);
    const reading: Promise<LakeObject>[] = [];
    for (const { Key = "" } of entries) {
      const object = fetchText(Key);
      // A failure is thrown when the object's turn comes, not before.
      object.catch(() => {});
      reading.push(object);
      if (reading.length === WIDTH) yield reading.shift() as Promise<LakeObject>;
    }
    yield* reading;
  }
}

/** Compressed bytes of the lake's JSON grow to about this many when they are read. */
const GZIP_RATIO = 8;

async function readObject(
  s3: S3Client,
  Bucket: string,
  Key: string,
  options: { abortSignal: AbortSignal } | undefined,
): Promise<LakeObject> {
  const { Body, LastModified } = await s3.send(new GetObjectCommand({ Bucket, Key }), options);
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return {
    key: Key,
    text: (gzipped ? gunzipSync(bytes) : bytes).toString("utf8"),
    modified: LastModified ?? new Date(0),
  };
}

export const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");
