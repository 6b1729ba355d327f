import type { Keys } from "../prefix/evaluate";
import type { Arrived } from "../source/source";

/** A record under way through processing: what it is now, and what it arrived as. */
export interface Item {
  readonly data: Buffer;
  readonly arrived: Arrived;
  readonly keys: Keys;
}

export type ErrorType = "processing-failed" | "format-conversion-failed" | "activePartitionExceeded";

/** A record that goes under the error prefix instead. */
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

/** Where a stage puts what it makes of its input. */
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
