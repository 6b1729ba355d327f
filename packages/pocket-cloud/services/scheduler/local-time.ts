import { validationError } from "../../errors";
import { isTimeZone, offsetAt } from "../shared/time-zone";

interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

export function checkTimeZone(timeZone: string): void {
  if (!isTimeZone(timeZone)) throw validationError(`Invalid ScheduleExpressionTimezone ${timeZone}.`);
}

export function localTime(instant: number, timeZone: string): LocalTime {
  const date = new Date(instant + offsetAt(instant, timeZone));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

/** The instant of a local time: the first when clocks are set back, none when daylight saving skips it. */
export function instantOf(
  { year, month, day, hour, minute }: LocalTime,
  timeZone: string,
): number | undefined {
  const local = Date.UTC(year, month - 1, day, hour, minute);
  // The offset in force is that of the day before or that of the day after.
  const candidates = [local - 86_400_000, local + 86_400_000].map((near) => local - offsetAt(near, timeZone));
  return candidates.find((instant) => instant + offsetAt(instant, timeZone) === local);
}

export const invalidExpression = (expression: string) =>
  validationError(`Invalid Schedule Expression ${expression}.`);
