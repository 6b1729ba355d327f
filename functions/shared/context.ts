import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** What the functions use of Lambda's context. */
export interface Context {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly getRemainingTimeInMillis: () => number;
}

/** Time kept back for what was given up to come to rest, and for reporting the outcome. */
const MARGIN_MS = 1500;
const REPORT_MS = 200;

/**
 * Aborts before the function's own time is up, so that no attempt that Lambda has given up on still writes.
 * Elapsed time, not the wall clock, decides.
 */
export function deadline(context: Context, marginMs = MARGIN_MS): AbortSignal {
  const left = Math.max(1, Math.floor(context.getRemainingTimeInMillis() - marginMs));
  const signal = AbortSignal.timeout(left);
  // Every call under way listens, and more than ten are no leak.
  setMaxListeners(0, signal);
  return signal;
}

/**
 * Waits out the margin. A write that was given up without an answer has then arrived, or never will: not after the
 * write of whoever is told to try again.
 */
export async function comeToRest(context: Context, marginMs = MARGIN_MS): Promise<void> {
  await sleep(Math.max(0, Math.min(marginMs, context.getRemainingTimeInMillis()) - REPORT_MS));
}
