import { type FeedDefinition, type Row, validateRow } from "../feeds";
import { type EventTimes, eventTimes, refusedTime } from "../feeds/event-times";
import { type Quarantined, refusedBytes, refusedText } from "./quarantine";
import { unpack } from "./unpack";
import { readUnreadableLine } from "./unreadable-line";

/** A valid row, or a line to quarantine. */
export type ReadRow =
  | { readonly ok: true; readonly row: Row; readonly text: string; readonly unknown?: readonly string[] }
  | { readonly ok: false; readonly quarantined: Quarantined };

/**
 * The rows of a record. `arrival` is the record's arrival time, not the clock, so that a retry gives the same rows.
 */
export function* readRows(
  feed: FeedDefinition,
  data: Uint8Array,
  arrival: string,
  source: string,
  times: EventTimes = eventTimes(feed, arrival),
): Generator<ReadRow> {
  for (const line of unpack(data)) {
    if (!line.ok) {
      yield { ok: false, quarantined: refusedBytes(source, line.raw, line.reason) };
      continue;
    }
    const { text } = line;
    const result = validateRow(feed, line.value, arrival);
    if (!result.ok) {
      const refused = readUnreadableLine(line.value) ?? { ...result, text };
      yield { ok: false, quarantined: refusedText(source, refused.text, refused) };
      continue;
    }
    const reason = refusedTime(times, String(result.row[feed.eventTime]));
    yield reason === undefined
      ? { ...result, text }
      : { ok: false, quarantined: refusedText(source, text, { column: feed.eventTime, reason }) };
  }
}
