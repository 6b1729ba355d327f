export interface Freshness {
  /** A row is in csv/, and so in reports, at most this long after it is in the stream. */
  readonly freshnessSeconds: number;
  /** Seconds between two arrivals of records: of a polled feed its interval, else undefined. */
  readonly arrivalSeconds: number | undefined;
}

/** A function's run on a batch, its start included. */
export const WORK_SECONDS = 15;
/** The records of one arrival, such as those of a poll, are in the stream within this time. */
const GATHER_SECONDS = 15;
/** Lambda's longest batching window. Source: CreateEventSourceMapping, MaximumBatchingWindowInSeconds. */
const LONGEST_SECONDS = 300;

/** The longest window that meets the goal: fewer batches are fewer objects in csv/. */
export const longestWindow = (freshnessSeconds: number): number =>
  Math.min(LONGEST_SECONDS, Math.max(0, freshnessSeconds - WORK_SECONDS));

/**
 * Seconds to gather a batch. When the goal allows for no two arrivals in one batch, a longer window than that of one
 * arrival saves no object and only makes rows late.
 */
export function batchWindow({ freshnessSeconds, arrivalSeconds = 0 }: Freshness): number {
  const longest = longestWindow(freshnessSeconds);
  return arrivalSeconds > longest ? Math.min(longest, GATHER_SECONDS) : longest;
}
