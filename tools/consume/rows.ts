import { isUtf8 } from "node:buffer";
import type { _Record } from "@aws-sdk/client-kinesis";
import { columnNames, type FeedDefinition, type Row } from "../../data/feeds";
import { csvLine } from "../../data/feeds/csv";
import { eventTimes } from "../../data/feeds/event-times";
import { readRows } from "../../data/records/rows";
import { unpack } from "../../data/records/unpack";

/** One event of a stream. */
export interface Event {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Arrival time of its record, ISO 8601. */
  readonly arrival: string;
  /** A row of the feed; in other streams the parsed JSON, or the line as text. */
  readonly value: unknown;
  /** The event's JSON, or line, as it arrived. */
  readonly text: string;
}

export type Read =
  | ({ readonly ok: true; readonly unknown?: readonly string[] } & Event)
  | { readonly ok: false; readonly source: string; readonly reason: string };

/** The events of a packed or single record. `since`: first day of the feed's tables, when it is known. */
export function* eventsOf(
  shardId: string,
  record: _Record,
  feed: FeedDefinition | undefined,
  since?: string,
): Generator<Read> {
  const { Data = new Uint8Array(), SequenceNumber: sequenceNumber = "", PartitionKey = "" } = record;
  const arrival = (record.ApproximateArrivalTimestamp ?? new Date(0)).toISOString();
  const event = { ok: true, shardId, sequenceNumber, partitionKey: PartitionKey, arrival } as const;
  const source = `${shardId}:${sequenceNumber}`;
  if (!feed) {
    for (const line of unpack(Data)) {
      const text = line.ok ? line.text : textOf(line.raw);
      yield { ...event, value: line.ok ? line.value : text, text };
    }
    return;
  }
  for (const read of readRows(feed, Data, arrival, source, eventTimes(feed, arrival, since)))
    if (read.ok)
      yield { ...event, value: read.row, text: read.text, ...(read.unknown && { unknown: read.unknown }) };
    else {
      const { column, reason } = read.quarantined;
      yield { ok: false, source, reason: `${column ?? "the line"} ${reason}` };
    }
}

const textOf = (raw: Uint8Array): string => Buffer.from(raw).toString(isUtf8(raw) ? "utf8" : "latin1");

export const formats = ["text", "json", "csv"] as const;
export type Format = (typeof formats)[number];

export interface Printer {
  /** Printed before the first event. */
  readonly header: string;
  readonly line: (event: Event) => string;
}

/** Prints one event per line. CSV has the record's columns, then those of the feed or the event as `data`. */
export function printerOf(format: Format, feed: FeedDefinition | undefined): Printer {
  if (format === "json") return { header: "", line: ({ value }) => `${JSON.stringify(value)}\n` };
  if (format === "text")
    return {
      header: "",
      line: ({ arrival, shardId, partitionKey, sequenceNumber, value }) =>
        `${arrival} ${shardId} ${printable(partitionKey)} ${sequenceNumber} ${printable(value)}\n`,
    };
  const columns = feed ? columnNames(feed) : ["data"];
  const cellsOf = (value: unknown): readonly unknown[] =>
    feed
      ? columns.map((column) => (value as Row)[column] ?? "")
      : [typeof value === "string" ? value : JSON.stringify(value)];
  return {
    header: csvLine(["arrival", "shard", "key", "sequence", ...columns]),
    line: ({ arrival, shardId, partitionKey, sequenceNumber, value }) =>
      csvLine([arrival, shardId, partitionKey, sequenceNumber, ...cellsOf(value).map(String)]),
  };
}

/** JSON.stringify escapes control characters except those from U+007F to U+009F. */
const printable = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
};
