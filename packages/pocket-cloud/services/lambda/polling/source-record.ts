/** One record of a shard on its way through a mapping. */
export interface SourceRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Its entry in the function's event, as JSON text. */
  readonly json: string;
  readonly arrival: number;
  /** When the poller read it: batching windows count from here. */
  readonly readAt: number;
  done: boolean;
}

interface KinesisRecord {
  readonly SequenceNumber?: string | undefined;
  readonly PartitionKey?: string | undefined;
  readonly Data?: Uint8Array | undefined;
  readonly ApproximateArrivalTimestamp?: Date | undefined;
}

export interface Origin {
  readonly shardId: string;
  readonly streamArn: string;
  readonly role: string;
  readonly region: string;
}

const EMPTY_DATA = '"data":""';

export function sourceRecord(record: KinesisRecord, origin: Origin, now: number): SourceRecord {
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
  // Base64 needs no escaping, and it is nearly all of the text. Within a text, quotes would be escaped: this is the one.
  const at = envelope.indexOf(EMPTY_DATA) + EMPTY_DATA.length - 1;
  const base64 = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
  const json = envelope.slice(0, at) + base64 + envelope.slice(at);
  return { sequenceNumber, partitionKey, json, arrival, readAt: now, done: false };
}

/** Put together at once: a template around the records would copy them again when the event is sent. */
export function eventOf(records: readonly SourceRecord[]): string {
  const parts = ['{"Records":['];
  for (const { json } of records) parts.push(parts.length === 1 ? "" : ",", json);
  parts.push("]}");
  return parts.join("");
}

/** The largest event Lambda accepts; the base64 of the records counts. */
export const LARGEST_EVENT = 6 * 1024 * 1024;
const FRAME = '{"Records":[]}'.length;

/** How many of the waiting records fit one event: by count, and by size (one always fits). */
export function fitting(
  records: readonly SourceRecord[],
  batchSize: number,
): { count: number; full: boolean } {
  let bytes = FRAME;
  for (const [index, record] of records.entries()) {
    if (index >= batchSize) return { count: index, full: true };
    bytes += record.json.length + 1;
    if (bytes > LARGEST_EVENT && index > 0) return { count: index, full: true };
  }
  return { count: records.length, full: records.length >= batchSize || bytes >= LARGEST_EVENT };
}
