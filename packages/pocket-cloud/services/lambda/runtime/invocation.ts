import type { Wait } from "../../../clock";
import type { FunctionError, Outcome } from "./environment";

export interface Invocation {
  /** The event as JSON text. */
  readonly payload: string;
  readonly version?: string | undefined;
  readonly clientContext?: unknown;
  readonly requestId?: string;
  /** Lets the handler's waits pass on the cloud's clock; otherwise they pass in real time. */
  readonly wait?: Wait;
}

export interface Invoked {
  readonly requestId: string;
  readonly version: string;
  /** The handler's result or error as JSON text. */
  readonly payload: string;
  readonly failed: boolean;
  /** The log lines of the invocation. */
  readonly lines: readonly string[];
}

const RESPONSE_LIMIT = 6 * 1024 * 1024;

export function responseOf(outcome: Outcome): Pick<Invoked, "payload" | "failed"> {
  if (outcome.kind !== "result") return { payload: JSON.stringify(outcome.error), failed: true };
  const size = Buffer.byteLength(outcome.payload);
  if (size <= RESPONSE_LIMIT) return { payload: outcome.payload, failed: false };
  const error: FunctionError = {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (6291556 bytes).`,
  };
  return { payload: JSON.stringify(error), failed: true };
}
