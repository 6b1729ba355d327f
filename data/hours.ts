/** First and last hour, both included, UTC: "2026-01-02T03". */
export interface HourRange {
  readonly from: string;
  readonly to: string;
}

const HOUR = 3_600_000;

/** Time after an hour's end until buffers and batches have written all of its events. */
export const SETTLING_TIME = 15 * 60_000;

export const inRange = (hour: string, range: HourRange): boolean => hour >= range.from && hour <= range.to;

export const hourAt = (instant: number): string => new Date(instant).toISOString().slice(0, 13);

/** The days that a range touches, "2026-01-02" each. */
export function daysOf(range: HourRange): string[] {
  const days: string[] = [];
  const last = range.to.slice(0, 10);
  for (let at = Date.parse(`${range.from.slice(0, 10)}T00:00:00Z`); ; at += 24 * HOUR) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (day > last) return days;
    days.push(day);
  }
}

/** A predicate on the partition column dt that limits a query to the days of a range. */
export const dayPredicate = (range: HourRange): string =>
  `dt BETWEEN '${range.from.slice(0, 10)}' AND '${range.to.slice(0, 10)}'`;
