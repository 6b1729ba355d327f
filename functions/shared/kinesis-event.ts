import type { FeedDefinition } from "../../data/feeds";
import { eventTimes } from "../../data/feeds/event-times";
import { type ReadRow, readRows } from "../../data/records/rows";

/** The event that a Kinesis event source mapping sends to a function. */
export interface KinesisEvent {
  readonly Records: readonly KinesisEventRecord[];
}

export interface KinesisEventRecord {
  /** <shard id>:<sequence number> */
  readonly eventID: string;
  readonly kinesis: {
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    /** base64 */
    readonly data: string;
    /** Seconds since 1970, with fraction. */
    readonly approximateArrivalTimestamp: number;
  };
}

export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export const shardIdOf = (record: KinesisEventRecord): string =>
  record.eventID.slice(0, record.eventID.indexOf(":"));

/** Lambda retries from the lowest failed sequence number, so one entry is enough. */
export const retryFrom = (sequenceNumber: string | undefined): BatchResponse => ({
  batchItemFailures: sequenceNumber === undefined ? [] : [{ itemIdentifier: sequenceNumber }],
});

/** The rows of one record of the event. `since`: first day of the feed's tables. */
export function rowsOf(
  feed: FeedDefinition,
  { eventID, kinesis }: KinesisEventRecord,
  since?: string,
): Generator<ReadRow> {
  const arrival = arrivalOf(kinesis.approximateArrivalTimestamp);
  const data = Buffer.from(kinesis.data, "base64");
  return readRows(feed, data, arrival, eventID, eventTimes(feed, arrival, since));
}

export const arrivalOf = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();
