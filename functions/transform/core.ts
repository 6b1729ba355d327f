import { type FeedDefinition, partitionOf } from "../../data/feeds";
import { eventTimes } from "../../data/feeds/event-times";
import { quarantineKey } from "../../data/records/keys";
import { type Quarantined, UnknownFields } from "../../data/records/quarantine";
import { readRows } from "../../data/records/rows";

/** The event that Firehose sends to a transformation function. */
export interface FirehoseEvent {
  readonly invocationId: string;
  readonly deliveryStreamArn: string;
  readonly records: readonly {
    readonly recordId: string;
    /** Milliseconds since 1970. */
    readonly approximateArrivalTimestamp: number;
    /** base64 */
    readonly data: string;
  }[];
}

export interface TransformedRecord {
  readonly recordId: string;
  readonly result: "Ok" | "Dropped" | "ProcessingFailed";
  /** base64; the original data when no row could be read. */
  readonly data: string;
  readonly metadata?: { readonly partitionKeys: Readonly<Record<string, string>> };
}

export interface Transformed {
  readonly records: readonly TransformedRecord[];
  /** Refused lines and unknown fields, and their object's key. */
  readonly quarantine: { readonly key: string; readonly entries: readonly Quarantined[] } | undefined;
  readonly rows: number;
  readonly quarantined: number;
  readonly failed: number;
  /** Rows by name of a field that no column knows. */
  readonly unknownFields: Readonly<Record<string, number>>;
}

/**
 * Answers every record under its id. Valid rows are returned as JSON lines in contract form. A record with no
 * valid row is returned unchanged as ProcessingFailed, so Firehose writes it under the error prefix. Of a
 * partly valid record the invalid lines are quarantined. An empty record is dropped.
 */
export function transformRecords(feed: FeedDefinition, event: FirehoseEvent, since?: string): Transformed {
  const refused: Quarantined[] = [];
  const unknown = new UnknownFields();
  let key: string | undefined;
  let rows = 0;
  let failed = 0;
  const records = event.records.map(({ recordId, approximateArrivalTimestamp, data }): TransformedRecord => {
    const arrival = new Date(approximateArrivalTimestamp).toISOString();
    const times = eventTimes(feed, arrival, since);
    const reads = [...readRows(feed, Buffer.from(data, "base64"), arrival, recordId, times)];
    const good = reads.flatMap((read) => (read.ok ? [read.row] : []));
    const bad = reads.flatMap((read) => (read.ok ? [] : [{ ...read.quarantined, arrival }]));
    const withUnknown = reads.filter((read) => read.ok && read.unknown);
    const [first] = good;
    if (!first) {
      if (bad.length > 0) failed++;
      return { recordId, result: bad.length > 0 ? "ProcessingFailed" : "Dropped", data };
    }
    for (const read of withUnknown) if (read.ok) unknown.add(read.unknown ?? [], recordId, read.text);
    if (bad.length + withUnknown.length > 0) {
      refused.push(...bad);
      key ??= quarantineKey(feed.name, arrival.slice(0, 10), `transform-${recordId}`);
    }
    rows += good.length;
    const lines = good.map((row) => `${JSON.stringify(row)}\n`).join("");
    return {
      recordId,
      result: "Ok",
      data: Buffer.from(lines).toString("base64"),
      metadata: { partitionKeys: { feed: feed.name, ...partitionOf(String(first[feed.eventTime])) } },
    };
  });
  return {
    records,
    quarantine: key === undefined ? undefined : { key, entries: [...refused, ...unknown.entries()] },
    rows,
    quarantined: refused.length,
    failed,
    unknownFields: unknown.counts,
  };
}
