import type { Failure } from "./item";

/** The line an error object holds for a record. Format conversion names its members otherwise than the rest. */
function line(failure: Failure, now: number): string {
  const { type, attempts, arrived, code, message, data, lambdaArn, more } = failure;
  const named = type === "format-conversion-failed";
  return JSON.stringify({
    attemptsMade: attempts,
    arrivalTimestamp: arrived.time,
    [named ? "lastErrorCode" : "errorCode"]: code,
    [named ? "lastErrorMessage" : "errorMessage"]: message,
    attemptEndingTimestamp: now,
    rawData: data.toString("base64"),
    ...(lambdaArn !== undefined && { lambdaArn }),
    ...more,
  });
}

export const errorLines = (failures: readonly Failure[], now: number): Buffer =>
  Buffer.from(failures.map((failure) => `${line(failure, now)}\n`).join(""));
