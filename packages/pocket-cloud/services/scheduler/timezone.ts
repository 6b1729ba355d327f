import { validationError } from "../../errors";

export interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    formats.set(timeZone, format);
    return format;
  } catch {
    throw validationError(`Invalid ScheduleExpressionTimezone ${timeZone}.`);
  }
}

export const checkTimeZone = (timeZone: string): void => void formatOf(timeZone);

/** What a clock on the wall of that zone shows. */
export function wallClock(instant: number, timeZone: string): WallClock {
  if (timeZone === "UTC") {
    const date = new Date(instant);
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
    };
  }
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  return { year, month, day, hour, minute };
}

const asUtc = (wall: WallClock): number =>
  Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);

/** The instant at which a zone's clocks show this; undefined for times that daylight saving skips. */
export function instantOf(wall: WallClock, timeZone: string): number | undefined {
  const wanted = asUtc(wall);
  if (timeZone === "UTC") return wanted;
  // Two guesses reach any offset; a time shown twice gives the first.
  const offset = (instant: number) => asUtc(wallClock(instant, timeZone)) - instant;
  const candidates = [wanted - offset(wanted - 86_400_000), wanted - offset(wanted + 86_400_000)];
  return candidates.find((candidate) => asUtc(wallClock(candidate, timeZone)) === wanted);
}

export const invalidExpression = (expression: string) =>
  validationError(`Invalid Schedule Expression ${expression}.`);
