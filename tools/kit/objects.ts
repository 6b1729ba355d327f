import { gunzipSync } from "node:zlib";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

export interface LakeObject {
  readonly key: string;
  readonly text: string;
  readonly modified: Date;
}

/** Every object under a prefix as text, gunzipped if needed, with `width` requests in parallel. */
export async function* objectsUnder(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
  width = 8,
): AsyncGenerator<LakeObject> {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    const keys = (page.Contents ?? []).flatMap((entry) => entry.Key ?? []);
    for (let at = 0; at < keys.length; at += width)
      yield* await Promise.all(keys.slice(at, at + width).map((key) => fetchText(s3, Bucket, key)));
  }
}

async function fetchText(s3: S3Client, Bucket: string, Key: string): Promise<LakeObject> {
  const { Body, LastModified } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return {
    key: Key,
    text: (gzipped ? gunzipSync(bytes) : bytes).toString("utf8"),
    modified: LastModified ?? new Date(0),
  };
}

export const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");
