import { encodeCsv, type FeedDefinition, partitionOf } from "../../data/feeds";
import { type EventTimes, eventTimes, refusedTime } from "../../data/feeds/event-times";
import { csvKey, quarantineKey } from "../../data/records/keys";
import { type Quarantined, UnknownFields } from "../../data/records/quarantine";
import { readRows } from "../../data/records/rows";
import { arrivalOf, type KinesisEventRecord, shardIdOf } from "../shared/kinesis-event";
import { lineScanner, type ScanLine } from "./scan-line";

export interface CsvObject {
  readonly key: string;
  readonly body: string;
  readonly rows: number;
}

export interface Written {
  readonly objects: readonly CsvObject[];
  /** Refused lines and unknown fields, and their object's key. */
  readonly quarantine: { readonly key: string; readonly entries: readonly Quarantined[] } | undefined;
  readonly rows: number;
  readonly quarantined: number;
  /** Rows by name of a field that no column knows. */
  readonly unknownFields: Readonly<Record<string, number>>;
}

export interface CsvOptions {
  readonly gzip: boolean;
  /** First day of the feed's tables. */
  readonly since?: string | undefined;
  readonly scan?: ScanLine;
}

interface Group {
  readonly key: string;
  readonly hour: string;
  body: string;
  rows: number;
}

const scanners = new WeakMap<FeedDefinition, ScanLine>();
const HOUR = "2026-01-02T03".length;

/**
 * Converts a batch of one shard into objects, one per event-time hour, each named by the first record that
 * contributed. However Lambda cuts the batch on a retry, a row's object is overwritten by one that contains
 * the row, or the new batch starts later and writes another object.
 */
export function csvObjects(
  feed: FeedDefinition,
  records: readonly KinesisEventRecord[],
  { gzip, since, scan = scannerOf(feed) }: CsvOptions,
): Written {
  const hours = new Hours(feed, gzip);
  const refused: Quarantined[] = [];
  const unknown = new UnknownFields();
  let key: string | undefined;
  let arrivedAt: number | undefined;
  let arrival = "";
  let times: EventTimes = { from: "", to: "" };
  for (const record of records) {
    const data = Buffer.from(record.kinesis.data, "base64");
    // The records of one request arrive together. Dates are half of the work of a record with one event.
    if (record.kinesis.approximateArrivalTimestamp !== arrivedAt) {
      arrivedAt = record.kinesis.approximateArrivalTimestamp;
      arrival = arrivalOf(arrivedAt);
      times = eventTimes(feed, arrival, since);
    }
    const rest = scanLines(data, scan, times, hours, record);
    if (!rest) continue;
    for (const read of readRows(feed, rest, arrival, record.eventID, times)) {
      if (read.ok) {
        hours.add(String(read.row[feed.eventTime]), encodeCsv(feed, read.row), record);
        if (!read.unknown) continue;
        unknown.add(read.unknown, record.eventID, read.text);
      } else refused.push({ ...read.quarantined, arrival });
      key ??= quarantineKey(
        feed.name,
        arrival.slice(0, 10),
        `${shardIdOf(record)}-${record.kinesis.sequenceNumber}`,
      );
    }
  }
  const objects = hours.objects();
  return {
    objects,
    quarantine: key === undefined ? undefined : { key, entries: [...refused, ...unknown.entries()] },
    rows: objects.reduce((sum, { rows }) => sum + rows, 0),
    quarantined: refused.length,
    unknownFields: unknown.counts,
  };
}

/** The batch's rows grouped by hour of event time. */
class Hours {
  readonly #groups = new Map<string, Group>();
  #current: Group | undefined;

  constructor(
    private readonly feed: FeedDefinition,
    private readonly gzip: boolean,
  ) {}

  add(eventTime: string, csv: string, record: KinesisEventRecord): void {
    let group = this.#current;
    // Rows are mostly in time order, so the previous row's hour is checked first.
    if (!group || !eventTime.startsWith(group.hour)) {
      group = this.#groupOf(eventTime, record);
      this.#current = group;
    }
    group.body += csv;
    group.rows++;
  }

  objects(): CsvObject[] {
    return [...this.#groups.values()].map(({ key, body, rows }) => ({ key, body, rows }));
  }

  #groupOf(eventTime: string, record: KinesisEventRecord): Group {
    const hour = eventTime.slice(0, HOUR);
    let group = this.#groups.get(hour);
    if (!group) {
      const partition = partitionOf(eventTime);
      const { sequenceNumber } = record.kinesis;
      const key = csvKey(
        this.feed.name,
        partition.dt,
        partition.hour,
        shardIdOf(record),
        sequenceNumber,
        this.gzip,
      );
      group = { key, hour, body: "", rows: 0 };
      this.#groups.set(hour, group);
    }
    return group;
  }
}

/**
 * Scans lines in our producers' form without parsing. Returns the rest of the record from the first other
 * line on.
 */
function scanLines(
  data: Buffer,
  scan: ScanLine,
  times: EventTimes,
  hours: Hours,
  record: KinesisEventRecord,
): Buffer | undefined {
  if (data[0] !== BRACE) return data;
  const text = data.toString("utf8");
  // Invalid UTF-8 decodes to U+FFFD.
  if (text.includes("\uFFFD")) return data;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const scanned = scan(text, start, end);
    if (!scanned || refusedTime(times, scanned.eventTime) !== undefined)
      return Buffer.from(text.slice(start));
    hours.add(scanned.eventTime, scanned.csv, record);
    start = end + 1;
  }
  return undefined;
}

const BRACE = 0x7b;

function scannerOf(feed: FeedDefinition): ScanLine {
  let scanner = scanners.get(feed);
  if (!scanner) {
    scanner = lineScanner(feed);
    scanners.set(feed, scanner);
  }
  return scanner;
}
