import { type HourRange, hourAt, SETTLING_TIME } from "../../data/hours";
import { UsageError } from "./errors";
import { text } from "./options";

const HOUR = 3_600_000;

export const hourRangeOptions = {
  from: text(
    "TIME",
    "first day (2026-01-02) or hour (2026-01-02T03), UTC; by default 24 hours before the last",
  ),
  to: text("TIME", "last day or hour, included; by default the last hour whose buffers have been written"),
};

/** Reads the options --from and --to. */
export function readHourRange(from: string | undefined, to: string | undefined, now: number): HourRange {
  const end = to === undefined ? hourAt(now - SETTLING_TIME - HOUR) : readHour("to", to, "23");
  const start =
    from === undefined ? hourAt(Date.parse(`${end}:00:00Z`) - 23 * HOUR) : readHour("from", from, "00");
  if (start > end) throw new UsageError(`--from ${from ?? start} is after --to ${to ?? end}`);
  return { from: start, to: end };
}

function readHour(option: string, value: string, hourOfDay: string): string {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d)(?::\d\d(?::\d\d(?:\.\d+)?)?)?Z?)?$/.exec(value);
  const hour = match ? `${match[1]}T${match[2] ?? hourOfDay}` : "";
  const instant = Date.parse(`${hour}:00:00Z`);
  if (Number.isNaN(instant) || hourAt(instant) !== hour)
    throw new UsageError(`--${option} takes a day (2026-01-02) or an hour (2026-01-02T03), not "${value}"`);
  return hour;
}
