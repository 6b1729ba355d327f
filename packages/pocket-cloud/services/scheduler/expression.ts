import { nextOf, parseCron } from "./cron";
import { checkTimeZone, instantOf, invalidExpression } from "./local-time";

/** The times at which a schedule fires. */
interface Timetable {
  readonly once: boolean;
  /** The first time after `after`. A rate counts from `anchor`. */
  next(after: number, anchor: number): number | undefined;
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export function parseExpression(expression: string, timeZone = "UTC"): Timetable {
  checkTimeZone(timeZone);
  if (expression.startsWith("rate(")) return rate(expression);
  if (expression.startsWith("at(")) return at(expression, timeZone);
  if (!expression.startsWith("cron(")) throw invalidExpression(expression);
  const cron = parseCron(expression);
  return { once: false, next: (after) => nextOf(cron, after, timeZone) };
}

function rate(expression: string): Timetable {
  const [, count = "", unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const interval = Number(count) * (UNITS[unit] ?? 0);
  if (!(interval > 0)) throw invalidExpression(expression);
  return {
    once: false,
    next: (after, anchor) =>
      after < anchor ? anchor : anchor + (Math.floor((after - anchor) / interval) + 1) * interval,
  };
}

function at(expression: string, timeZone: string): Timetable {
  const [, year, month, day, hour, minute, second] =
    /^at\((\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\)$/.exec(expression) ?? [];
  const wall = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
  };
  const instant = year === undefined ? undefined : instantOf(wall, timeZone);
  if (instant === undefined) throw invalidExpression(expression);
  const exact = instant + Number(second) * 1000;
  return { once: true, next: (after) => (exact > after ? exact : undefined) };
}
