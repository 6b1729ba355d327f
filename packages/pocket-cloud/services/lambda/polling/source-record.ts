import type { _Record } from "@aws-sdk/client-kinesis";

/** A record of a shard between its read and the end of its processing. */
export interface SourceRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** The record's entry in the function's event, as JSON text. */
  readonly json: string;
  readonly arrival: number;
  /** When the poller read it. The batching window begins here. */
  readonly readAt: number;
  done: boolean;
}

export interface Origin {
  readonly shardId: string;
  readonly streamArn: string;
  readonly role: string;
  readonly region: string;
}

const EMPTY_DATA = '"data":""';

export function sourceRecord(record: Partial<_Record>, origin: Origin, now: number): SourceRecord {
  const sequenceNumber = record.SequenceNumber ?? "";
  const partitionKey = record.PartitionKey ?? "";
  const arrival = record.ApproximateArrivalTimestamp?.getTime() ?? now;
  const data = record.Data ?? new Uint8Array();
  const envelope = JSON.stringify({
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey,
      sequenceNumber,
      data: "",
      approximateArrivalTimestamp: arrival / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${origin.shardId}:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: origin.role,
    awsRegion: origin.region,
    eventSourceARN: origin.streamArn,
  });
  // The data is most of the text and base64 needs no escaping, so it is inserted without JSON.stringify. EMPTY_DATA
  // occurs once: quotes within a value, such as the partition key, are escaped.
  const at = envelope.indexOf(EMPTY_DATA) + EMPTY_DATA.length - 1;
  const base64 = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
  const json = envelope.slice(0, at) + base64 + envelope.slice(at);
  return { sequenceNumber, partitionKey, json, arrival, readAt: now, done: false };
}

/** The function's event. One join creates the text as flat memory; concatenation would copy it again when it is sent. */
export function eventOf(records: readonly SourceRecord[]): string {
  const parts = ['{"Records":['];
  for (const { json } of records) parts.push(parts.length === 1 ? "" : ",", json);
  parts.push("]}");
  return parts.join("");
}

/** Lambda's limit on the size of an event, with the records in base64. */
export const EVENT_LIMIT = 6 * 1024 * 1024;
const FRAME = '{"Records":[]}'.length;

/** How many of the records fit into one event, by number and by size. At least one always does. */
export function fitting(
  records: readonly SourceRecord[],
  batchSize: number,
): { count: number; full: boolean } {
  let bytes = FRAME;
  for (const [index, record] of records.entries()) {
    if (index >= batchSize) return { count: index, full: true };
    bytes += record.json.length + 1;
    if (bytes > EVENT_LIMIT && index > 0) return { count: index, full: true };
  }
  return { count: records.length, full: records.length >= batchSize || bytes >= EVENT_LIMIT };
}
