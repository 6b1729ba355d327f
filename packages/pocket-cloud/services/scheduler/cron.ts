import { instantOf, invalidExpression, localTime } from "./local-time";

/** A parsed AWS cron expression. */
interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  readonly isOnDay: (year: number, month: number, day: number) => boolean;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

export function parseCron(expression: string): Cron {
  const [, body = ""] = /^cron\((.+)\)$/.exec(expression) ?? [];
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) throw invalidExpression(expression);
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", years = ""] = fields;
  // Exactly one of the two day fields must be "?".
  if ((days === "?") === (weekdays === "?")) throw invalidExpression(expression);
  const field = (text: string, min: number, max: number, names: readonly string[] = [], base = 0) =>
    values(text, min, max, names, base, expression);
  const isOnDay = days === "?" ? weekdayRule(weekdays, expression) : monthDayRule(days, expression);
  return {
    minutes: field(minutes, 0, 59),
    hours: field(hours, 0, 23),
    months: field(months, 1, 12, MONTHS, 1),
    years: field(years, 1970, 2199),
    isOnDay,
  };
}

function values(
  text: string,
  min: number,
  max: number,
  names: readonly string[],
  base: number,
  expression: string,
): number[] {
  const number = (part: string): number => {
    const named = names.indexOf(part.toUpperCase());
    const value = named >= 0 ? named + base : /^\d+$/.test(part) ? Number(part) : Number.NaN;
    if (!(value >= min && value <= max)) throw invalidExpression(expression);
    return value;
  };
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [span = "", stepText, extra] = part.split("/");
    const step = stepText === undefined ? 1 : Number(stepText);
    if (extra !== undefined || !Number.isInteger(step) || step < 1) throw invalidExpression(expression);
    const [from = "", to] = span.split("-");
    const first = span === "*" ? min : number(from);
    const last = span === "*" ? max : to !== undefined ? number(to) : stepText !== undefined ? max : first;
    if (last < first) throw invalidExpression(expression);
    for (let value = first; value <= last; value += step) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay();

function monthDayRule(text: string, expression: string): Cron["isOnDay"] {
  if (text === "*") return () => true;
  if (text === "L") return (year, month, day) => day === daysIn(year, month);
  const nearest = /^(\d+)W$/.exec(text);
  if (nearest) {
    const target = Number(nearest[1]);
    return (year, month, day) => day === weekdayNearest(year, month, target);
  }
  const days = values(text, 1, 31, [], 0, expression);
  return (_year, _month, day) => days.includes(day);
}

/** The Monday-to-Friday day nearest to a date, within its month. */
function weekdayNearest(year: number, month: number, target: number): number {
  const weekday = weekdayOf(year, month, target);
  if (weekday === 6) return target > 1 ? target - 1 : target + 2;
  if (weekday === 0) return target < daysIn(year, month) ? target + 1 : target - 2;
  return target;
}

function weekdayRule(text: string, expression: string): Cron["isOnDay"] {
  if (text === "*") return () => true;
  const one = (part: string) => values(part, 1, 7, DAYS, 1, expression)[0] as number;
  const last = /^(\w+)L$/.exec(text);
  if (last) {
    const weekday = one(last[1] ?? "");
    return (year, month, day) => weekdayOf(year, month, day) + 1 === weekday && day + 7 > daysIn(year, month);
  }
  const nth = /^(\w+)#([1-5])$/.exec(text);
  if (nth) {
    const weekday = one(nth[1] ?? "");
    return (year, month, day) =>
      weekdayOf(year, month, day) + 1 === weekday && Math.ceil(day / 7) === Number(nth[2]);
  }
  const weekdays = values(text, 1, 7, DAYS, 1, expression);
  return (year, month, day) => weekdays.includes(weekdayOf(year, month, day) + 1);
}

/** The first time after `after` at which the schedule fires in its time zone, or undefined. */
export function nextOf(cron: Cron, after: number, timeZone: string): number | undefined {
  const start = localTime(after, timeZone);
  for (const year of cron.years.filter((candidate) => candidate >= start.year))
    for (const month of cron.months) {
      if (year === start.year && month < start.month) continue;
      const found = inMonth(
        cron,
        year,
        month,
        after,
        timeZone,
        year === start.year && month === start.month ? start.day : 1,
      );
      if (found !== undefined) return found;
    }
  return undefined;
}

function inMonth(
  cron: Cron,
  year: number,
  month: number,
  after: number,
  timeZone: string,
  from: number,
): number | undefined {
  for (let day = from; day <= daysIn(year, month); day++) {
    if (!cron.isOnDay(year, month, day)) continue;
    for (const hour of cron.hours)
      for (const minute of cron.minutes) {
        const instant = instantOf({ year, month, day, hour, minute }, timeZone);
        if (instant !== undefined && instant > after) return instant;
      }
  }
  return undefined;
}
