import type { S3Client } from "@aws-sdk/client-s3";

/** Reads the lake's bucket: the clients of the command, or those of a function. */
export interface LakeReader {
  readonly s3: S3Client;
  /** Options for each call. */
  readonly callOptions: { readonly abortSignal?: AbortSignal };
  /** Opens an object as a stream; undefined if it has no body. */
  openObject(bucket: string, key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}
