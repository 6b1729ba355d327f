import { HOUR_MS, hoursBetween, type PartitionHour, type PollCounts } from "./partitions";

export interface SparseHour {
  readonly hour: PartitionHour;
  readonly polls: number;
  /** The median of all hours. */
  readonly usual: number;
}

/**
 * The whole hours of a window with fewer polls than the median: a hint of missing polls that needs no query. Only a
 * hint, because late polls that arrive together share an object. Hours without any poll are not included.
 */
export function sparseHours(counts: PollCounts, from: number, until: number): SparseHour[] {
  const polled = hoursBetween(from, until - HOUR_MS + 1)
    .map((hour) => ({ hour, polls: counts.polls(hour) }))
    .filter(({ polls }) => polls > 0);
  if (polled.length < 3) return [];
  const sorted = polled.map(({ polls }) => polls).sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return polled.filter(({ polls }) => polls < usual).map((hour) => ({ ...hour, usual }));
}
