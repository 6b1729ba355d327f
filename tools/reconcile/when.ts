import { hourAt, type Range } from "./tally";

const HOUR = 3_600_000;

/** Buffers and batches have written what they hold this long after an hour has ended. */
export const SETTLES_IN = 15 * 60_000;

/** The range asked for in days, hours or instants, UTC; by default the 24 hours that have settled last. */
export function rangeOf(from: string | undefined, to: string | undefined, now: number): Range {
  const last = hourAt(now - SETTLES_IN - HOUR);
  const end = to === undefined ? last : hourIn("to", to, "23");
  const start =
    from === undefined ? hourAt(Date.parse(`${end}:00:00Z`) - 23 * HOUR) : hourIn("from", from, "00");
  if (start > end) throw new WrongRange(`--from ${from ?? start} is after --to ${to ?? end}`);
  return { from: start, to: end };
}

export class WrongRange extends Error {
  readonly exitCode = 2;
}

function hourIn(option: string, text: string, hourOfDay: string): string {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d)(?::\d\d(?::\d\d(?:\.\d+)?)?)?Z?)?$/.exec(text);
  const hour = match ? `${match[1]}T${match[2] ?? hourOfDay}` : "";
  const instant = Date.parse(`${hour}:00:00Z`);
  if (Number.isNaN(instant) || hourAt(instant) !== hour)
    throw new WrongRange(
      `--${option} takes a day (2026-01-02) or an hour of it (2026-01-02T03), not "${text}"`,
    );
  return hour;
}
