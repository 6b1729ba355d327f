import { scheduler } from "node:timers/promises";
import { canonicalInstant } from "../../data/feeds";
import { slotsOfTick } from "../../data/polling";

export interface Cadence {
  readonly pollSeconds: number;
  /** Seconds between two ticks of the schedule. */
  readonly tickSeconds: number;
}

export interface Slot {
  /** The rows' event time. */
  readonly time: string;
  readonly at: number;
  /** When the next slot is due. From then on this one is not polled: its prices would be the next slot's. */
  readonly until: number;
}

/**
 * The slots of an invocation. They follow from the scheduled time alone, so they are the same however late or often
 * the schedule fires.
 */
export function slotsOf(event: unknown, { pollSeconds, tickSeconds }: Cadence): Slot[] {
  const time = (event as { scheduledTime?: unknown } | null)?.scheduledTime;
  const tick = typeof time === "string" ? canonicalInstant(time) : undefined;
  if (tick === undefined)
    throw new Error(`the event's scheduledTime is ${JSON.stringify(time ?? null)}; it must be an instant`);
  return slotsOfTick(Date.parse(tick), tickSeconds, pollSeconds).map((at) => ({
    time: new Date(at).toISOString(),
    at,
    until: at + pollSeconds * 1000,
  }));
}

/** Waits for a slot that is not due yet. The embedded cloud lets `scheduler.wait` pass on its simulated clock. */
export async function waitFor({ at, time }: Slot, remainingMs: number): Promise<void> {
  const wait = at - Date.now();
  if (wait <= 0) return;
  if (wait >= remainingMs)
    throw new Error(
      `slot ${time} is ${Math.ceil(wait / 1000)} s ahead, longer than the function's timeout allows`,
    );
  await scheduler.wait(wait);
}
