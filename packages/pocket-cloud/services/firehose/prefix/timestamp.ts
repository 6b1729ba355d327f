import { offsetAt } from "../../shared/time-zone";

/** The local date and time of an instant in a time zone. */
interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** 1 (Monday) to 7 (Sunday). */
  readonly weekday: number;
  readonly dayOfYear: number;
  readonly zone: string;
  readonly offsetMinutes: number;
}

function fieldsAt(instant: number, zone = "UTC"): Fields {
  const offset = offsetAt(instant, zone);
  const local = new Date(instant + offset);
  const year = local.getUTCFullYear();
  return {
    year,
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    millisecond: local.getUTCMilliseconds(),
    weekday: local.getUTCDay() || 7,
    dayOfYear: Math.floor((local.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1,
    zone,
    offsetMinutes: offset / 60_000,
  };
}

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");

const pad = (value: number, width: number): string => String(value).padStart(width, "0");
const yearText = (year: number, width: number): string =>
  width === 2 ? pad(year % 100, 2) : pad(year, Math.max(width, 1));
const named = (name: string, width: number): string =>
  width === 4 ? name : width === 5 ? (name[0] ?? "") : name.slice(0, 3);

/** Year and week for `YYYY` and `ww`. In Java's US locale weeks begin on Sunday, and 29 December may be in next year. */
function usWeek({ year, month, day, weekday }: Fields): { year: number; week: number } {
  const sunday = Date.UTC(year, month - 1, day - (weekday % 7));
  const firstOf = (of: number) => {
    const begins = new Date(Date.UTC(of, 0, 1));
    return begins.getTime() - begins.getUTCDay() * 86_400_000;
  };
  const weekYear = sunday >= firstOf(year + 1) ? year + 1 : year;
  return { year: weekYear, week: Math.floor((sunday - firstOf(weekYear)) / 604_800_000) + 1 };
}

function offset({ offsetMinutes }: Fields, width: number, zulu: boolean): string {
  if (zulu && offsetMinutes === 0) return "Z";
  const minutes = Math.abs(offsetMinutes);
  const [hh, mm] = [pad(Math.floor(minutes / 60), 2), pad(minutes % 60, 2)];
  const sign = offsetMinutes < 0 ? "-" : "+";
  if (width === 1) return sign + hh + (minutes % 60 === 0 ? "" : mm);
  return sign + hh + (width === 3 || width === 5 ? ":" : "") + mm;
}

type Letter = (fields: Fields, width: number) => string;

/** The pattern letters of Java's DateTimeFormatter. */
const LETTERS: Readonly<Record<string, Letter>> = {
  G: () => "AD",
  u: ({ year }, width) => yearText(year, width),
  y: ({ year }, width) => yearText(year, width),
  Y: (fields, width) => yearText(usWeek(fields).year, width),
  x: (fields, width) => offset(fields, width, false),
  X: (fields, width) => offset(fields, width, true),
  w: (fields, width) => pad(usWeek(fields).week, width),
  W: ({ year, month, day }, width) => {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
    return pad(Math.floor((day + first - 1) / 7) + 1, width);
  },
  M: ({ month }, width) => (width > 2 ? named(MONTHS[month - 1] ?? "", width) : pad(month, width)),
  L: ({ month }, width) => (width > 2 ? named(MONTHS[month - 1] ?? "", width) : pad(month, width)),
  d: ({ day }, width) => pad(day, width),
  D: ({ dayOfYear }, width) => pad(dayOfYear, width),
  F: ({ day }, width) => pad(Math.floor((day - 1) / 7) + 1, width),
  Q: ({ month }, width) => pad(Math.ceil(month / 3), width),
  q: ({ month }, width) => pad(Math.ceil(month / 3), width),
  E: ({ weekday }, width) => named(DAYS[weekday - 1] ?? "", width),
  e: ({ weekday }, width) =>
    width > 2 ? named(DAYS[weekday - 1] ?? "", width) : pad((weekday % 7) + 1, width),
  c: ({ weekday }, width) =>
    width > 2 ? named(DAYS[weekday - 1] ?? "", width) : pad((weekday % 7) + 1, width),
  a: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  H: ({ hour }, width) => pad(hour, width),
  k: ({ hour }, width) => pad(hour || 24, width),
  K: ({ hour }, width) => pad(hour % 12, width),
  h: ({ hour }, width) => pad(hour % 12 || 12, width),
  m: ({ minute }, width) => pad(minute, width),
  s: ({ second }, width) => pad(second, width),
  S: ({ millisecond }, width) => pad(millisecond, 3).padEnd(width, "0").slice(0, width),
  A: ({ hour, minute, second, millisecond }, width) =>
    pad(((hour * 60 + minute) * 60 + second) * 1000 + millisecond, width),
  z: ({ zone }) => zone,
  Z: (fields, width) =>
    width === 4 ? `GMT${offset(fields, 5, false)}` : offset(fields, width === 5 ? 5 : 2, width === 5),
};

/** The first invalid character of a pattern; undefined when the pattern is valid. */
export function unknownLetter(pattern: string): string | undefined {
  const bare = pattern.replace(/'[^']*'/g, "");
  if (bare.includes("'")) return "'";
  return [...bare].find((letter) => /[A-Za-z]/.test(letter) && !(letter in LETTERS));
}

/** Formats a time with a pattern of Java's DateTimeFormatter. */
export function formatTimestamp(pattern: string, instant: number, zone?: string): string {
  const fields = fieldsAt(instant, zone);
  return pattern.replace(
    /'([^']*)'|([A-Za-z])\2*/g,
    (run: string, quoted: string | undefined, letter: string) =>
      quoted !== undefined ? quoted || "'" : (LETTERS[letter]?.(fields, run.length) ?? run),
  );
}
