import { type FeedDefinition, type Row, validateRow } from "../feeds";
import { type Quarantined, refusedBytes, refusedRow } from "./quarantine";
import { unpack } from "./unpack";

/** A valid row, or a line to quarantine. */
export type ReadRow =
  | { readonly ok: true; readonly row: Row }
  | { readonly ok: false; readonly quarantined: Quarantined };

/**
 * The rows of a record. `arrival` is the record's arrival time, not the clock, so that a retry gives the same
 * rows.
 */
export function* readRows(
  feed: FeedDefinition,
  data: Uint8Array,
  arrival: string,
  source: string,
): Generator<ReadRow> {
  for (const line of unpack(data)) {
    if (!line.ok) {
      yield { ok: false, quarantined: refusedBytes(source, line.raw, line.reason) };
      continue;
    }
    const result = validateRow(feed, line.value, arrival);
    yield result.ok ? result : { ok: false, quarantined: refusedRow(source, result, line.value) };
  }
}
