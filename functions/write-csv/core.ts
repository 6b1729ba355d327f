import { encodeCsv, type FeedDefinition, partitionOf } from "../../data/feeds";
import { csvKey, quarantineKey } from "../../data/records/keys";
import type { Quarantined } from "../../data/records/quarantine";
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
  /** The refused lines and their object's key. */
  readonly quarantine: { readonly key: string; readonly rows: readonly Quarantined[] } | undefined;
  readonly rows: number;
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
  gzip: boolean,
  scan = scannerOf(feed),
): Written {
  const hours = new Hours(feed, gzip);
  const refused: Quarantined[] = [];
  let quarantine: string | undefined;
  for (const record of records) {
    const data = Buffer.from(record.kinesis.data, "base64");
    const rest = scanLines(data, scan, hours, record);
    if (!rest) continue;
    const arrival = arrivalOf(record.kinesis.approximateArrivalTimestamp);
    for (const read of readRows(feed, rest, arrival, record.eventID)) {
      if (read.ok) {
        hours.add(String(read.row[feed.eventTime]), encodeCsv(feed, read.row), record);
        continue;
      }
      refused.push(read.quarantined);
      quarantine ??= quarantineKey(
        feed.name,
        arrival.slice(0, 10),
        `${shardIdOf(record)}-${record.kinesis.sequenceNumber}`,
      );
    }
  }
  const objects = hours.objects();
  return {
    objects,
    quarantine: quarantine === undefined ? undefined : { key: quarantine, rows: refused },
    rows: objects.reduce((sum, { rows }) => sum + rows, 0),
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
    if (!scanned) return Buffer.from(text.slice(start));
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
