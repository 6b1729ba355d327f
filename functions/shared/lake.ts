import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { clientConfig } from "./aws";

export type PutObject = (key: string, body: string | Uint8Array, signal: AbortSignal) => Promise<void>;

/** Writes objects into the lake's bucket. Never conditionally, because a retry must overwrite. */
export function lakeWriter(bucket: string): PutObject {
  const s3 = new S3Client(clientConfig());
  return async (key, body, abortSignal) => {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: contentType(key),
    });
    await s3.send(command, { abortSignal });
  };
}

/** No ContentEncoding for .gz: Athena and other readers decompress by suffix. */
function contentType(key: string): string {
  if (key.endsWith(".gz")) return "application/gzip";
  return key.endsWith(".csv") ? "text/csv" : "application/x-ndjson";
}
