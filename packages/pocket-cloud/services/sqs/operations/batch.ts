import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../errors";

/** Entry by entry; one that fails does not hold up the others. */
export function batch<E extends { Id?: string | undefined }, R extends object>(
  entries: readonly E[] | undefined,
  one: (entry: E) => R,
) {
  if (!entries?.length)
    throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > 10)
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  if (new Set(entries.map((entry) => entry.Id)).size < entries.length)
    throw new AwsError(
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    );
  const Successful: (R & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries)
    try {
      Successful.push({ ...one(entry), Id: entry.Id ?? "" });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({
        Id: entry.Id ?? "",
        SenderFault: error.status < 500,
        Code: error.code,
        Message: error.message,
      });
    }
  return { Successful, Failed };
}
