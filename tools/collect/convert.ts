import { type FeedDefinition, naturalKeyOf, type Row, validateRow } from "../../data/feeds";
import { RECORD_BYTES } from "../../data/records/pack";
import type { Received } from "./source";

/** A message on its way to a destination. */
export type Outgoing =
  | {
      readonly kind: "row";
      readonly row: Row;
      /** Value of the feed's partition-key column. */
      readonly key: string;
      readonly naturalKey: string;
      /** The row as one line of JSON. */
      readonly line: string;
      /** The object as the source sent it, on one line. */
      readonly received: string;
    }
  /** No valid row. It is sent as it arrived, and the functions quarantine it with the reason. */
  | { readonly kind: "malformed"; readonly line: string; readonly reason: string }
  | { readonly kind: "deletion"; readonly naturalKey: string };

/** Converts a message of a source to a row of its feed. Undefined for messages that are no events. */
export function convert(feed: FeedDefinition, received: Received, now: number): Outgoing | undefined {
  if (received.kind === "other") return undefined;
  if (received.kind === "deletion") return { kind: "deletion", naturalKey: received.id };
  const result = validateRow(feed, received.value, new Date(received.at ?? now).toISOString());
  const text = oneLine(received.value);
  if (!result.ok)
    return { kind: "malformed", line: text, reason: `${result.column ?? "the object"} ${result.reason}` };
  const { row } = result;
  return {
    kind: "row",
    row,
    key: String(row[feed.partitionKey] ?? ""),
    naturalKey: naturalKeyOf(feed, row),
    line: JSON.stringify(row),
    received: text,
  };
}

const KEPT_CHARACTERS = 2048;

/** JSON without line breaks. A text that is no JSON stays as it is; one too long for a record is truncated. */
function oneLine(value: unknown): string {
  const text = typeof value === "string" ? value.replaceAll(/[\r\n]+/g, " ") : JSON.stringify(value);
  return Buffer.byteLength(text) < RECORD_BYTES ? text : text.slice(0, KEPT_CHARACTERS);
}
