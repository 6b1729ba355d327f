import { isUtf8 } from "node:buffer";
import { encodeCsv, type FeedDefinition, partitionOf } from "../../data/feeds";
import { csvKey, quarantineKey } from "../shared/keys";
import { type KinesisEventRecord, shardIdOf } from "../shared/kinesis-event";
import type { Quarantined } from "../shared/quarantine";
import { arrivalOf, readRows } from "../shared/rows";
import { lineScanner, type ScanLine } from "./scan-line";

export interface CsvObject {
  readonly key: string;
  readonly body: string;
  readonly rows: number;
}

export interface Written {
  readonly objects: readonly CsvObject[];
  /** The rows set aside, and where they go. */
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
 * A batch of one shard as objects, one per event-time hour. Each is named by the first record that contributed to it:
 * however Lambda cuts the batch the next time, a row's object is overwritten by one that has the row, or the row's
 * batch starts later and names another.
 */
export function csvObjects(
  feed: FeedDefinition,
  records: readonly KinesisEventRecord[],
  gzip: boolean,
  scan = scannerOf(feed),
): Written {
  const groups = new Map<string, Group>();
  const refused: Quarantined[] = [];
  let quarantine: string | undefined;
  let group: Group | undefined;

  for (const record of records) {
    const { sequenceNumber, approximateArrivalTimestamp } = record.kinesis;
    const add = (eventTime: string, csv: string) => {
      // Rows come mostly in order of time: the hour is that of the row before.
      if (!group || !eventTime.startsWith(group.hour)) group = groupOf(eventTime);
      group.body += csv;
      group.rows++;
    };
    const groupOf = (eventTime: string): Group => {
      const hour = eventTime.slice(0, HOUR);
      let found = groups.get(hour);
      if (!found) {
        const partition = partitionOf(eventTime);
        const key = csvKey(feed.name, partition.dt, partition.hour, shardIdOf(record), sequenceNumber, gzip);
        found = { key, hour, body: "", rows: 0 };
        groups.set(hour, found);
      }
      return found;
    };
    const rest = scanLines(Buffer.from(record.kinesis.data, "base64"), scan, add);
    if (rest.length === 0) continue;
    for (const read of readRows(feed, rest, arrivalOf(approximateArrivalTimestamp), record.eventID)) {
      if (read.ok) {
        add(String(read.row[feed.eventTime]), encodeCsv(feed, read.row));
        continue;
      }
      refused.push(read.quarantined);
      const day = arrivalOf(approximateArrivalTimestamp).slice(0, 10);
      quarantine ??= quarantineKey(feed.name, day, `${shardIdOf(record)}-${sequenceNumber}`);
    }
  }
  const objects = [...groups.values()].map(({ key, body, rows }) => ({ key, body, rows }));
  return {
    objects,
    quarantine: quarantine === undefined ? undefined : { key: quarantine, rows: refused },
    rows: objects.reduce((sum, { rows }) => sum + rows, 0),
  };
}

/** Lines as our own producers write them need no parsing. From the first other one on, the record is left over. */
function scanLines(data: Buffer, scan: ScanLine, add: (eventTime: string, csv: string) => void): Buffer {
  if (data[0] !== BRACE || !isUtf8(data)) return data;
  const text = data.toString("utf8");
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const scanned = scan(text, start, end);
    if (!scanned) return Buffer.from(text.slice(start));
    add(scanned.eventTime, scanned.csv);
    start = end + 1;
  }
  return Buffer.alloc(0);
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
