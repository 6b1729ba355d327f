import { isUtf8 } from "node:buffer";
import type { FeedDefinition } from "../../data/feeds";
import { eventTimes } from "../../data/feeds/event-times";
import { readRows } from "../../data/records/rows";
import { unpack } from "../../data/records/unpack";

/** One event of a source. */
export interface Event {
  /** Shard, partition or queue. */
  readonly shardId: string;
  /** Sequence number, offset or message id. */
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Arrival time of its record, ISO 8601. */
  readonly arrival: string;
  /** A row of the feed; without a feed the parsed JSON, or the line as text. */
  readonly value: unknown;
  /** The event's JSON, or line, as it arrived. */
  readonly text: string;
}

/** What a source reads: an event, a line that is no row of the feed, or the deletion of an earlier event. */
export type Item =
  | { readonly kind: "event"; readonly event: Event; readonly unknown?: readonly string[] | undefined }
  | { readonly kind: "invalid"; readonly source: string; readonly reason: string; readonly raw: string }
  /** `id` is the natural key of the deleted event. */
  | { readonly kind: "deletion"; readonly id: string };

/** A record as a source delivers it: where it stands, and its bytes. */
export interface SourceRecord extends Omit<Event, "value" | "text"> {
  /** Names the record in messages and in quarantine. */
  readonly source: string;
  readonly data: Uint8Array;
}

/** The items of a packed or single record. `since`: first day of the feed's tables, when it is known. */
export function* itemsOf(
  record: SourceRecord,
  feed: FeedDefinition | undefined,
  since?: string,
): Generator<Item> {
  const { data, source, ...place } = record;
  if (!feed) {
    for (const line of unpack(data)) {
      const text = line.ok ? line.text : textOf(line.raw);
      yield { kind: "event", event: { ...place, value: line.ok ? line.value : text, text } };
    }
    return;
  }
  let invalid = 0;
  for (const read of readRows(feed, data, place.arrival, source, eventTimes(feed, place.arrival, since)))
    if (read.ok)
      yield {
        kind: "event",
        event: { ...place, value: read.row, text: read.text },
        unknown: read.unknown,
      };
    else {
      const { column, reason, raw, rawBase64 } = read.quarantined;
      yield {
        kind: "invalid",
        source: invalid++ === 0 ? source : `${source}.${invalid}`,
        reason: `${column ?? "the line"} ${reason}`,
        raw: raw ?? rawBase64 ?? "",
      };
    }
}

const textOf = (raw: Uint8Array): string => Buffer.from(raw).toString(isUtf8(raw) ? "utf8" : "latin1");
