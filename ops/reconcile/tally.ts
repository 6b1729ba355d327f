import type { FeedDefinition } from "../../data/feeds";

/** Events counted by the hour they happened in, distinct ones apart from repeats. */
export class Tally {
  readonly #hours = new Map<string, { rows: number; keys: Set<string> }>();

  constructor(readonly feed: FeedDefinition) {}

  add(row: Readonly<Record<string, unknown>>): void {
    const hour = hourOf(row[this.feed.eventTime]);
    if (hour === undefined) return;
    const entry = this.#hours.get(hour) ?? { rows: 0, keys: new Set() };
    this.#hours.set(hour, entry);
    entry.rows++;
    entry.keys.add(JSON.stringify(this.feed.naturalKey.map((column) => row[column])));
  }

  hours(): string[] {
    return [...this.#hours.keys()].sort();
  }

  rows(hour: string): number {
    return this.#hours.get(hour)?.rows ?? 0;
  }

  distinct(hour: string): number {
    return this.#hours.get(hour)?.keys.size ?? 0;
  }
}

/** "2026-01-02T03" of an instant in the feed's JSON or CSV form; undefined for anything else. */
export function hourOf(eventTime: unknown): string | undefined {
  const match = typeof eventTime === "string" ? /^(\d{4}-\d\d-\d\d)[T ](\d\d):/.exec(eventTime) : null;
  return match ? `${match[1]}T${match[2]}` : undefined;
}

/** The first and last hour looked at, both included: "2026-01-02T03". */
export interface Range {
  readonly from: string;
  readonly to: string;
}

export const inRange = (hour: string, range: Range): boolean => hour >= range.from && hour <= range.to;

export const hourAt = (instant: number): string => new Date(instant).toISOString().slice(0, 13);

/** Days a range touches, "2026-01-02" each. */
export function daysOf(range: Range): string[] {
  const days: string[] = [];
  const last = range.to.slice(0, 10);
  for (let at = Date.parse(`${range.from.slice(0, 10)}T00:00:00Z`); ; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (day > last) return days;
    days.push(day);
  }
}

/** A predicate on the partition column that keeps a query to the days of a range. */
export const withinDays = (range: Range): string =>
  `dt BETWEEN '${range.from.slice(0, 10)}' AND '${range.to.slice(0, 10)}'`;
