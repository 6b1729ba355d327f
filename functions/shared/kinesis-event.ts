import type { FeedDefinition } from "../../data/feeds";
import { type ReadRow, readRows } from "../../data/records/rows";

/** What a Kinesis event source mapping hands to a function. */
export interface KinesisEvent {
  readonly Records: readonly KinesisEventRecord[];
}

export interface KinesisEventRecord {
  /** "shardId-000000000000:49590…" */
  readonly eventID: string;
  readonly kinesis: {
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    /** base64 */
    readonly data: string;
    /** In seconds. */
    readonly approximateArrivalTimestamp: number;
  };
}

export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export const shardIdOf = (record: KinesisEventRecord): string =>
  record.eventID.slice(0, record.eventID.indexOf(":"));

/** Lambda goes on from the lowest of the failed sequence numbers; one is enough. */
export const retryFrom = (sequenceNumber: string | undefined): BatchResponse => ({
  batchItemFailures: sequenceNumber === undefined ? [] : [{ itemIdentifier: sequenceNumber }],
});

/** The rows of a record that a Kinesis event source mapping handed over. */
export const rowsOf = (feed: FeedDefinition, { eventID, kinesis }: KinesisEventRecord): Generator<ReadRow> =>
  readRows(
    feed,
    Buffer.from(kinesis.data, "base64"),
    arrivalOf(kinesis.approximateArrivalTimestamp),
    eventID,
  );

export const arrivalOf = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();
