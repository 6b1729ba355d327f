import {
  encodeCsv,
  type FeedDefinition,
  partitionOf,
  type Refusal,
  type Row,
  validateRow,
} from "../../data/feeds";
import { csvKey, quarantineKey } from "../shared/keys";
import { type KinesisEventRecord, shardIdOf } from "../shared/kinesis-event";
import { type Quarantined, refusedBytes, refusedRow } from "../shared/quarantine";
import { type Line, unpack } from "../shared/unpack";

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
  body: string;
  rows: number;
}

/**
 * A batch of one shard as objects, one per event-time hour. Each is named by the first record that contributed to it:
 * however Lambda cuts the batch the next time, a row's object is overwritten by one that has the row, or the row's
 * batch starts later and names another.
 */
export function csvObjects(
  feed: FeedDefinition,
  records: readonly KinesisEventRecord[],
  gzip: boolean,
): Written {
  const groups = new Map<string, Group>();
  const refused: Quarantined[] = [];
  let quarantine: string | undefined;
  for (const record of records) {
    const shardId = shardIdOf(record);
    const { sequenceNumber, data } = record.kinesis;
    for (const line of unpack(Buffer.from(data, "base64"))) {
      const read = readRow(feed, line);
      if (read.ok) {
        const { dt, hour } = partitionOf(String(read.row[feed.eventTime]));
        let group = groups.get(dt + hour);
        if (!group) {
          group = { key: csvKey(feed.name, dt, hour, shardId, sequenceNumber, gzip), body: "", rows: 0 };
          groups.set(dt + hour, group);
        }
        group.body += encodeCsv(feed, read.row);
        group.rows++;
      } else {
        refused.push(read.quarantined(`${shardId}:${sequenceNumber}`));
        quarantine ??= quarantineKey(feed.name, arrivalDay(record), `${shardId}-${sequenceNumber}`);
      }
    }
  }
  const objects = [...groups.values()];
  return {
    objects,
    quarantine: quarantine === undefined ? undefined : { key: quarantine, rows: refused },
    rows: objects.reduce((sum, { rows }) => sum + rows, 0),
  };
}

type Read =
  | { readonly ok: true; readonly row: Row }
  | { readonly ok: false; readonly quarantined: (source: string) => Quarantined };

function readRow(feed: FeedDefinition, line: Line): Read {
  if (!line.ok) return { ok: false, quarantined: (source) => refusedBytes(source, line.raw, line.reason) };
  const result = validateRow(feed, line.value);
  if (result.ok) return result;
  const refusal: Refusal = result;
  return { ok: false, quarantined: (source) => refusedRow(source, refusal, line.value) };
}

const arrivalDay = (record: KinesisEventRecord): string =>
  new Date(record.kinesis.approximateArrivalTimestamp * 1000).toISOString().slice(0, 10);
