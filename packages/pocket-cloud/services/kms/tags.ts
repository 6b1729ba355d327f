import type { Tag } from "@aws-sdk/client-kms";
import { AwsError } from "../../errors";
import type { Tags } from "../shared/tags";

const MOST_TAGS = 50;

const tagError = (message: string): AwsError => new AwsError("TagException", message);

/** Checks new tags with the messages that LocalStack's tests of KMS tags recorded. */
export function checkTags(added: readonly Tag[] = [], existing: Tags): void {
  const keys = added.map(({ TagKey = "" }) => TagKey);
  if (new Set(keys).size < keys.length) throw tagError("Duplicate tag keys");
  if (keys.some((key) => /^aws:/i.test(key))) throw tagError("Tags beginning with aws: are reserved");
  if (new Set([...keys, ...Object.keys(existing)]).size > MOST_TAGS) throw tagError("Too many tags");
}
