import { setTimeout as sleep } from "node:timers/promises";
import { allowManyCalls } from "./many-calls";

/** The part of Lambda's context that the functions use. */
export interface Context {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly getRemainingTimeInMillis: () => number;
}

/** Time reserved before Lambda's timeout, to let abandoned requests finish and to report the result. */
const MARGIN_MS = 1500;
const REPORT_MS = 200;

/**
 * A signal that aborts before Lambda's timeout, so that no request of a timed-out attempt is still in flight.
 * Based on elapsed time, not on the wall clock.
 */
export function deadline(context: Context, atMostMs = Number.POSITIVE_INFINITY): AbortSignal {
  const left = Math.max(1, Math.floor(Math.min(context.getRemainingTimeInMillis() - MARGIN_MS, atMostMs)));
  const signal = AbortSignal.timeout(left);
  allowManyCalls(signal);
  return signal;
}

/** Waits until an abandoned PUT can no longer land after the retry's PUT. */
export async function waitForAbandonedWrites(context: Context, marginMs = MARGIN_MS): Promise<void> {
  await sleep(Math.max(0, Math.min(marginMs, context.getRemainingTimeInMillis()) - REPORT_MS));
}
