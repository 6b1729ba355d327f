import { createHash } from "node:crypto";
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

/** IDs are "null", or 32 characters in a bucket that has had versioning. */
export function checkVersionId(bucket: { readonly versioning?: string }, id: string): void {
  if (id === "null" || (bucket.versioning !== undefined && /^[\w.-]{32}$/.test(id))) return;
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
