import { validationError } from "../../errors";
import type { Series } from "./metrics";

type Counts = ReadonlyMap<number, number>;

const sum = (counts: Counts): number =>
  [...counts].reduce((total, [value, count]) => total + value * count, 0);
const size = (counts: Counts): number => [...counts.values()].reduce((total, count) => total + count, 0);

const named: Readonly<Record<string, (counts: Counts) => number>> = {
  Sum: sum,
  SampleCount: size,
  Average: (counts) => sum(counts) / size(counts),
  Minimum: (counts) => Math.min(...counts.keys()),
  Maximum: (counts) => Math.max(...counts.keys()),
};

/** Finds a statistic by name; percentiles are named p99 or p99.9. */
export function statistic(name: string): (counts: Counts) => number {
  const simple = named[name];
  if (simple) return simple;
  const percent = Number(/^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1]);
  if (Number.isNaN(percent))
    throw validationError(`The value ${name} for parameter Statistic is not supported.`);
  return (counts) => percentile(counts, percent);
}

function percentile(counts: Counts, percent: number): number {
  const ordered = [...counts].sort(([a], [b]) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * size(counts)));
  let seen = 0;
  for (const [value, count] of ordered) {
    seen += count;
    if (seen >= rank) return value;
  }
  return ordered.at(-1)?.[0] ?? Number.NaN;
}

/** Groups the values of series by period, for minutes in [start, end), in time order. */
export function byPeriod(
  series: readonly Series[],
  start: number,
  end: number,
  periodSeconds: number,
): Map<number, Counts> {
  const period = Math.max(60, periodSeconds) * 1000;
  const periods = new Map<number, Map<number, number>>();
  for (const { minutes } of series)
    for (const [minute, value, count] of minutes.between(Math.floor(start / 60_000) * 60_000, end)) {
      const begin = Math.floor(minute / period) * period;
      const total = periods.get(begin) ?? new Map<number, number>();
      periods.set(begin, total);
      total.set(value, (total.get(value) ?? 0) + count);
    }
  return new Map([...periods].sort(([a], [b]) => a - b));
}
