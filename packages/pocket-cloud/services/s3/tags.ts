import type { Tag } from "@aws-sdk/client-s3";
import { AwsError } from "../../errors";
import { invalidArgument } from "./errors";

const invalidTag = (
  message: string,
  tag: { readonly TagKey?: string; readonly TagValue?: string },
): AwsError => new AwsError("InvalidTag", message, 400, tag);

/** Letters, spaces and digits of any language, and these signs (S3 user guide, "Object tag key and value"). */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What the tags are on, with the most tags of each and S3's words for keys that begin with "aws:". */
const KINDS = {
  object: {
    most: 10,
    tooMany: "Object tags cannot be greater than 10",
    reserved: "Your TagKey cannot be prefixed with aws:",
  },
  bucket: {
    most: 50,
    tooMany: "Bucket tag count cannot be greater than 50",
    reserved: "System tags cannot be added/updated by requester",
  },
  newBucket: {
    most: 50,
    tooMany: "Bucket tag count cannot be greater than 50",
    reserved:
      'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
  },
} as const;

/** Checks tags with the messages and members that LocalStack's test_tagging_validation recorded. */
export function tagMap(tags: readonly Tag[], kind: keyof typeof KINDS): Record<string, string> {
  const { most, tooMany, reserved } = KINDS[kind];
  if (tags.length > most) throw new AwsError("BadRequest", tooMany);
  const map = new Map<string, string>();
  for (const { Key: TagKey = "", Value: TagValue = "" } of tags) {
    if (TagKey === "" || TagKey.length > 128 || !CHARACTERS.test(TagKey))
      throw invalidTag("The TagKey you have provided is invalid", { TagKey });
    if (TagValue.length > 256 || !CHARACTERS.test(TagValue))
      throw invalidTag("The TagValue you have provided is invalid", { TagKey, TagValue });
    if (/^aws:/i.test(TagKey)) throw invalidTag(reserved, kind === "newBucket" ? {} : { TagKey });
    if (map.has(TagKey)) throw invalidTag("Cannot provide multiple Tags with the same key", { TagKey });
    map.set(TagKey, TagValue);
  }
  return Object.fromEntries(map);
}

export const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The `x-amz-tagging` header: a query string without repeated names. */
export function parseTagHeader(header: string | undefined): Record<string, string> {
  if (header === undefined || header === "") return {};
  const tags = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }));
  const distinct = new Set(tags.map(({ Key }) => Key)).size === tags.length;
  const characters = tags.every(({ Key, Value }) => CHARACTERS.test(Key) && CHARACTERS.test(Value));
  if (!distinct || !characters || /%(?![0-9a-fA-F]{2})/.test(header))
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging",
      header,
    );
  return tagMap(tags, "object");
}
