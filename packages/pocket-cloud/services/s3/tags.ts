import type { Tag } from "@aws-sdk/client-s3";
import { AwsError } from "../../errors";
import { invalidArgument } from "./errors";

const invalidTag = (message: string): AwsError => new AwsError("InvalidTag", message);

/** Objects have at most ten tags, buckets fifty. */
export function tagMap(tags: readonly Tag[], most: number): Record<string, string> {
  if (tags.length > most)
    throw most === 10
      ? new AwsError("BadRequest", "Object tags cannot be greater than 10")
      : new AwsError("BadRequest", `Bucket tag count cannot be greater than ${most}`);
  const map = new Map<string, string>();
  for (const { Key = "", Value = "" } of tags) {
    if (Key === "" || Key.length > 128) throw invalidTag("The TagKey you have provided is invalid");
    if (Value.length > 256) throw invalidTag("The TagValue you have provided is invalid");
    if (/^aws:/i.test(Key)) throw invalidTag("System tags cannot be added/updated by requester");
    if (map.has(Key)) throw invalidTag("Cannot provide multiple Tags with the same key");
    map.set(Key, Value);
  }
  return Object.fromEntries(map);
}

export const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The `x-amz-tagging` header: a query string. */
export function parseTagHeader(header: string | undefined): Record<string, string> {
  if (header === undefined || header === "") return {};
  if (/%(?![0-9a-fA-F]{2})/.test(header))
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging",
      header,
    );
  return tagMap(
    [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value })),
    10,
  );
}
