import { createHash, randomBytes } from "node:crypto";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { invalidArgument, s3Errors } from "./errors";

const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

/** The rules for names of general purpose buckets. Valid names are also safe directory names. */
export const isBucketName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
  !name.includes("..") &&
  !ADDRESS.test(name) &&
  !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
  !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);

/** A key is any text of 1 to 1,024 bytes of UTF-8. */
export function checkKey(key: string | undefined): string {
  const size = Buffer.byteLength(key ?? "");
  if (size > 1024) throw s3Errors.keyTooLong({ MaxSizeAllowed: 1024, Size: size });
  if (key === undefined || size === 0) throw invalidArgument("Object key must not be empty", "key", "");
  if (!key.isWellFormed()) throw invalidArgument("Object key is not valid Unicode text", "key");
  checkPath(key);
  return key;
}

const RANDOM_BYTES = 20;

/** Ends with a checksum of its random bytes, because S3 tells an ID that it never gave (recorded by test_delete_object_versioned). */
export function newVersionId(): string {
  const random = randomBytes(RANDOM_BYTES);
  return Buffer.concat([random, checksumOf(random)]).toString("base64url");
}

const checksumOf = (random: Uint8Array): Buffer =>
  createHash("sha256").update(random).digest().subarray(0, 4);

function isVersionId(id: string): boolean {
  if (!/^[\w-]{32}$/.test(id)) return false;
  const bytes = Buffer.from(id, "base64url");
  return bytes.subarray(RANDOM_BYTES).equals(checksumOf(bytes.subarray(0, RANDOM_BYTES)));
}

/** IDs are "null", or those that S3 gave in a bucket that has had versioning. `exists` are the versions of the key. */
export function checkVersionId(
  bucket: { readonly versioning?: string },
  id: string,
  exists: readonly { readonly versionId: string }[],
): void {
  if (id === "null" || exists.some(({ versionId }) => versionId === id)) return;
  if (bucket.versioning !== undefined && isVersionId(id)) return;
  throw invalidArgument("Invalid version id specified", "versionId", id);
}

/**
 * A path that leaves the bucket, read from left to right (S3 user guide, "Naming Amazon S3 objects", relative path elements).
 * † The code is that of URIs that cannot be parsed.
 */
function checkPath(key: string): void {
  let depth = 0;
  for (const segment of key.split("/")) {
    if (segment === "" || segment === ".") continue;
    depth += segment === ".." ? -1 : 1;
    if (depth < 0) throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

export const bucketArn = (bucket: string | undefined): string => `arn:aws:s3:::${bucket ?? ""}`;
export const objectArn = (bucket: string | undefined, key: string | undefined): string =>
  `${bucketArn(bucket)}/${key ?? ""}`;

/** The canonical user ID of the account, which owns every bucket: 64 hexadecimal digits. */
export const ownerOf = (cloud: CloudContext): { ID: string } => ({
  ID: createHash("sha256").update(`canonical user of ${cloud.accountId}`).digest("hex"),
});
