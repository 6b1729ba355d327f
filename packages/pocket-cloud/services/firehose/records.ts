import type { Keys } from "./prefix/evaluate";
import type { Arrived } from "./source/source";

/** A record during processing: its current data and partition keys, and the record as it arrived. */
export interface Item {
  readonly data: Buffer;
  readonly arrived: Arrived;
  readonly keys: Keys;
}

export type ErrorType = "processing-failed" | "format-conversion-failed" | "activePartitionExceeded";

/** A record that is delivered under the error prefix. */
export interface Failure {
  readonly type: ErrorType;
  readonly data: Buffer;
  readonly arrived: Arrived;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly lambdaArn?: string;
  /** Members of the error line that only this type has. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The result of a processing stage. */
export interface Outcome {
  readonly items: Item[];
  readonly failures: Failure[];
}

export const failed = (
  { data, arrived }: Pick<Item, "data" | "arrived">,
  code: string,
  message: string,
  more: Partial<Failure> = {},
): Failure => ({ type: "processing-failed", data, arrived, code, message, attempts: 1, ...more });

/** The lines of an error object, one per record. */
export const errorLines = (failures: readonly Failure[], now: number): Buffer =>
  Buffer.from(failures.map((failure) => `${JSON.stringify(errorLine(failure, now))}\n`).join(""));

/** As in AWS, format conversion has other member names than the other error types. */
function errorLine(failure: Failure, now: number): object {
  const { type, attempts, arrived, code, message, data, lambdaArn, more } = failure;
  const prefixed = type === "format-conversion-failed";
  return {
    attemptsMade: attempts,
    arrivalTimestamp: arrived.time,
    [prefixed ? "lastErrorCode" : "errorCode"]: code,
    [prefixed ? "lastErrorMessage" : "errorMessage"]: message,
    attemptEndingTimestamp: now,
    rawData: data.toString("base64"),
    ...(lambdaArn !== undefined && { lambdaArn }),
    ...more,
  };
}

/** Members by key. Keys and members are in order of first appearance. */
export function groupBy<T, K>(members: readonly T[], keyOf: (member: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const member of members) {
    const key = keyOf(member);
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return groups;
}
