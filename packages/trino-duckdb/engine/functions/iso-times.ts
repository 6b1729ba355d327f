import {
  BOOLEAN,
  DATE,
  DuckDBDateValue,
  DuckDBTimestampTZValue,
  TIMESTAMPTZ,
  VARCHAR,
} from "@duckdb/node-api";
import { fail, type Native } from "./native";

const DAY_MS = 86_400_000;
/** A year with a month and day, a week and day, or a day of the year. */
const DATE_TEXT = /^(\d{4})(?:-W(\d{2})(?:-([1-7]))?|-(\d{3})|(?:-(\d{1,2})(?:-(\d{1,2}))?)?)$/;
const CLOCK_TEXT = /^(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

const bad = (text: string): never => fail("INVALID_FUNCTION_ARGUMENT", `Invalid format: "${text}"`);

/** Days since 1970; undefined if the text is no date. */
function daysOf(text: string): number | undefined {
  const match = DATE_TEXT.exec(text);
  if (!match) return undefined;
  const [, year = "", week, weekDay = "1", yearDay, month = "1", day = "1"] = match;
  const start = Date.UTC(Number(year), 0, 1) / DAY_MS;
  if (yearDay !== undefined) return inYear(start + Number(yearDay) - 1, year);
  if (week !== undefined) {
    // The first week has 4 January.
    const monday = start + 3 - ((new Date((start + 3) * DAY_MS).getUTCDay() + 6) % 7);
    return Number(week) >= 1 && Number(week) <= 53
      ? monday + 7 * (Number(week) - 1) + Number(weekDay) - 1
      : undefined;
  }
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(time);
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
    ? time / DAY_MS
    : undefined;
}

const inYear = (days: number, year: string): number | undefined =>
  new Date(days * DAY_MS).getUTCFullYear() === Number(year) ? days : undefined;

/** With `anyZone` the text may have an offset; otherwise only UTC can be returned. */
function timestamp(text: string, anyZone: boolean): DuckDBTimestampTZValue {
  const [date = "", clock] = text.split("T");
  const days = daysOf(date);
  if (days === undefined) return bad(text);
  const match = clock === undefined ? [] : CLOCK_TEXT.exec(clock);
  if (!match) return bad(text);
  const [, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return bad(text);
  const [, sign = "+", hours = "0", minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  if (offset !== 0 && !anyZone)
    return fail(
      "NOT_SUPPORTED",
      `the offset ${zone} in from_iso8601_timestamp is not supported by the embedded cloud`,
    );
  const seconds = Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second);
  const milliseconds = days * DAY_MS + seconds * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3));
  return new DuckDBTimestampTZValue(BigInt(milliseconds) * 1000n);
}

export const isoNatives: readonly Native[] = [
  { name: "trino_iso_timestamp", takes: [VARCHAR, BOOLEAN], gives: TIMESTAMPTZ, run: timestamp },
  {
    name: "trino_iso_date",
    takes: [VARCHAR],
    gives: DATE,
    run: (text: string) => new DuckDBDateValue(daysOf(text) ?? bad(text)),
  },
];
