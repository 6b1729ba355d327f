import { type FeedDefinition, type Row, storeKeyOf } from "../../data/feeds";
import { type KinesisEventRecord, rowsOf } from "../shared/kinesis-event";

/** A row to store, and the sequence number to retry from if that fails. */
export interface Candidate {
  readonly id: string;
  readonly row: Row;
  readonly sequenceNumber: string;
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly rows: number;
  readonly refused: number;
}

/** One row per DynamoDB item of the batch. */
export function candidatesOf(
  feed: FeedDefinition,
  records: readonly KinesisEventRecord[],
  since?: string,
): Candidates {
  const byId = new Map<string, Candidate>();
  let rows = 0;
  let refused = 0;
  for (const record of records) {
    const { sequenceNumber } = record.kinesis;
    for (const read of rowsOf(feed, record, since)) {
      if (!read.ok) {
        // write-csv reads the same records and quarantines this line.
        refused++;
        continue;
      }
      rows++;
      keepNewest(byId, feed, read.row, sequenceNumber);
    }
  }
  return { candidates: [...byId.values()], rows, refused };
}

/** In mode latest the newest row per key wins; of equal times, the later record. */
export function keepNewest(
  byId: Map<string, Candidate>,
  feed: FeedDefinition,
  row: Row,
  sequenceNumber: string,
): void {
  const id = itemId(feed, row);
  const other = byId.get(id);
  if (other && eventTime(feed, other.row) > eventTime(feed, row)) return;
  byId.set(id, { id, row, sequenceNumber: other?.sequenceNumber ?? sequenceNumber });
}

export const itemId = (feed: FeedDefinition, row: Row): string =>
  JSON.stringify(Object.values(storeKeyOf(feed, row)));

export const eventTime = (feed: FeedDefinition, row: Row): string => String(row[feed.eventTime]);

/**
 * Whether the stored item differs from the row only in its time. Such a row is not written, which saves a
 * write unit. The stored time then stays older, so a late event between the two times replaces the item until
 * the next event.
 */
export function unchanged(feed: FeedDefinition, stored: Row | undefined, row: Row): boolean {
  return (
    stored !== undefined &&
    Object.keys(feed.columns).every(
      (name) => name === feed.eventTime || (stored[name] ?? null) === (row[name] ?? null),
    )
  );
}

/**
 * Whether the stored item is as new as the row or newer. A stored time after `latest` is invalid: it was written before
 * such times were quarantined, and any valid row replaces it.
 */
export const outdated = (feed: FeedDefinition, stored: Row | undefined, row: Row, latest: string): boolean =>
  stored !== undefined &&
  eventTime(feed, stored) >= eventTime(feed, row) &&
  eventTime(feed, stored) <= latest;
