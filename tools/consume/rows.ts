import { isUtf8 } from "node:buffer";
import type { _Record } from "@aws-sdk/client-kinesis";
import type { FeedDefinition } from "../../data/feeds";
import { readRows } from "../../data/records/rows";
import { unpack } from "../../data/records/unpack";

/** One event of a stream. */
export interface Event {
  readonly shardId: string;
  readonly sequenceNumber: string;
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

/** The events of a packed or single record. */
export function* eventsOf(
  shardId: string,
  record: _Record,
  feed: FeedDefinition | undefined,
): Generator<Read> {
  const { Data = new Uint8Array(), SequenceNumber: sequenceNumber = "" } = record;
  const arrival = (record.ApproximateArrivalTimestamp ?? new Date(0)).toISOString();
  const event = { ok: true, shardId, sequenceNumber, arrival } as const;
  const source = `${shardId}:${sequenceNumber}`;
  if (!feed) {
    for (const line of unpack(Data)) {
      const text = line.ok ? line.text : textOf(line.raw);
      yield { ...event, value: line.ok ? line.value : text, text };
    }
    return;
  }
  for (const read of readRows(feed, Data, arrival, source))
    if (read.ok)
      yield { ...event, value: read.row, text: read.text, ...(read.unknown && { unknown: read.unknown }) };
    else {
      const { column, reason } = read.quarantined;
      yield { ok: false, source, reason: `${column ?? "the line"} ${reason}` };
    }
}

const textOf = (raw: Uint8Array): string => Buffer.from(raw).toString(isUtf8(raw) ? "utf8" : "latin1");

export const formats = ["text", "json"] as const;
export type Format = (typeof formats)[number];

/** One event as a line. */
export const lineOf: Readonly<Record<Format, (event: Event) => string>> = {
  text: ({ arrival, shardId, value }) => `${arrival} ${shardId} ${printable(value)}\n`,
  json: ({ value }) => `${JSON.stringify(value)}\n`,
};

/** JSON.stringify escapes control characters except those from U+007F to U+009F. */
const printable = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
};
