import { encodeCsv, type FeedDefinition, partitionOf } from "../../data/feeds";
import { csvKey, quarantineKey } from "../shared/keys";
import { type KinesisEventRecord, shardIdOf } from "../shared/kinesis-event";
import type { Quarantined } from "../shared/quarantine";
import { arrivalOf, rowsOf } from "../shared/rows";

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
  let partition = "";
  let group: Group | undefined;
  for (const record of records) {
    const { sequenceNumber, approximateArrivalTimestamp } = record.kinesis;
    for (const read of rowsOf(feed, record)) {
      if (!read.ok) {
        refused.push(read.quarantined);
        const day = arrivalOf(approximateArrivalTimestamp).slice(0, 10);
        quarantine ??= quarantineKey(feed.name, day, `${shardIdOf(record)}-${sequenceNumber}`);
        continue;
      }
      const time = String(read.row[feed.eventTime]);
      // Rows come mostly in order of time: the hour is that of the row before.
      if (!group || !time.startsWith(partition)) {
        partition = time.slice(0, "2026-01-02T03".length);
        group = groups.get(partition);
        if (!group) {
          const { dt, hour } = partitionOf(time);
          group = {
            key: csvKey(feed.name, dt, hour, shardIdOf(record), sequenceNumber, gzip),
            body: "",
            rows: 0,
          };
          groups.set(partition, group);
        }
      }
      group.body += encodeCsv(feed, read.row);
      group.rows++;
    }
  }
  const objects = [...groups.values()];
  return {
    objects,
    quarantine: quarantine === undefined ? undefined : { key: quarantine, rows: refused },
    rows: objects.reduce((sum, { rows }) => sum + rows, 0),
  };
}
