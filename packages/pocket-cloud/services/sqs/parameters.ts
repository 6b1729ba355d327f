import { AwsError } from "../../errors";
import { runBatch } from "../shared/batch";

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** SQS words this differently for each parameter. */
  readonly reason: string;
}

const bounds = {
  DelaySeconds: { min: 0, max: 900, reason: "DelaySeconds must be >= 0 and <= 900." },
  MaxNumberOfMessagesPerSecond: { min: 1, max: 500, reason: "Must be between 1 and 500, if provided." },
  MaxResults: { min: 1, max: 10, reason: "Must be between 1 and 10, if provided." },
  MaxNumberOfMessages: { min: 1, max: 10, reason: "Must be between 1 and 10, if provided." },
  VisibilityTimeout: { min: 0, max: 43_200, reason: "Must be >= 0 and <= 43200, if provided." },
  WaitTimeSeconds: { min: 0, max: 20, reason: "Must be >= 0 and <= 20, if provided." },
} as const satisfies Readonly<Record<string, Bounds>>;

/** Returns the parameter's value; throws when it is out of bounds. */
export function inBounds(name: keyof typeof bounds, value: number | undefined): number | undefined {
  const { min, max, reason } = bounds[name];
  if (value !== undefined && (value < min || value > max)) throw invalidParameter(name, value, reason);
  return value;
}

export const invalidParameter = (name: string, value: unknown, reason: string): AwsError =>
  invalidValue(`Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);

export const invalidValue = (message: string): AwsError => new AwsError("InvalidParameterValue", message);

export const missingParameter = (name: string): AwsError =>
  new AwsError("MissingParameter", `The request must contain the parameter ${name}.`);

/** Runs a batch entry by entry. AWS leaves out an empty list of failures. */
export function batch<E extends { readonly Id?: string | undefined }, R extends object>(
  entries: readonly E[] | undefined,
  run: (entry: E) => R,
) {
  const { Successful, Failed } = runBatch(entries, BATCH_ERRORS, run);
  return { Successful, Failed: Failed.length > 0 ? Failed : undefined };
}

const BATCH_ERRORS = {
  empty: () => new AwsError("EmptyBatchRequest", "There should be at least one entry in the request."),
  tooMany: (count: number) =>
    new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${count}.`,
    ),
  invalidId: (id: string) =>
    /^[\w-]{1,80}$/.test(id)
      ? undefined
      : new AwsError(
          "InvalidBatchEntryId",
          "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
        ),
  repeatedId: () =>
    new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id."),
};
