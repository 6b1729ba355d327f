import { canonicalInstant } from "../../data/feeds";
import type { HourRange } from "../../data/hours";

const HOUR = 3_600_000;

/** The last whole day, UTC, that ended an hour or more before the scheduled time: its buffers have been written. */
export function closedDay(event: unknown): HourRange {
  const time = (event as { scheduledTime?: unknown } | null)?.scheduledTime;
  const instant = typeof time === "string" ? canonicalInstant(time) : undefined;
  if (instant === undefined)
    throw new Error(`the event's scheduledTime is ${JSON.stringify(time ?? null)}; it must be an instant`);
  const day = new Date(Date.parse(instant) - 25 * HOUR).toISOString().slice(0, 10);
  return { from: `${day}T00`, to: `${day}T23` };
}
