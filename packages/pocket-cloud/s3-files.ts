import type { Caller } from "./caller";

/** An object's bytes as a local file. The file never changes: a new version gets a new path. */
export interface LocalObject {
  readonly key: string;
  readonly path: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modified: number;
  /** The key that encrypts it, in SSE-KMS with a customer's key. */
  readonly keyId?: string;
}

/**
 * Objects as local files, so that Athena reads them without a copy through GetObject. No access check happens here:
 * the reader first calls `identities().authorize` for s3:ListBucket and s3:GetObject on behalf of its caller, and
 * `checkKeys` for the objects that it reads.
 */
export interface S3Files {
  /** The policy of the bucket of an ARN as JSON, for `authorize`. */
  policyOf(arn: string): string | undefined;
  hasBucket(bucket: string): boolean;
  object(bucket: string, key: string): LocalObject | undefined;
  /** Current objects under the prefix, in S3's order. */
  list(bucket: string, prefix: string): LocalObject[];
  /** The folders directly under the prefix, each ending in "/". */
  folders(bucket: string, prefix: string): string[];
  /** Throws S3's refusal unless the caller may decrypt these objects. */
  checkKeys(bucket: string, objects: readonly LocalObject[], caller: Caller): void;
  /** Keeps every file on disk, also of deleted and overwritten objects, until the returned function is called. */
  hold(): () => void;
}
