import {
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { dtText, hourText } from "../../sql/library/times";
import type { LakeReader } from "./reader";

export interface PartitionHour {
  readonly dt: string;
  /** Empty in tables that are partitioned by day only. */
  readonly hour: string;
}

/** Partitions between two hours, both included. An absent end is open. */
export interface PartitionRange {
  readonly from?: PartitionHour;
  readonly to?: PartitionHour;
}

export const HOUR_MS = 3_600_000;

export const partitionAt = (ms: number): PartitionHour => ({ dt: dtText(ms), hour: hourText(ms) });
/** Sorts in time order. */
export const sortKey = ({ dt, hour }: PartitionHour): string => `${dt} ${hour}`;

/** The hours from that of `fromMs` up to `untilMs`, not included. */
export function hoursBetween(fromMs: number, untilMs: number): PartitionHour[] {
  const hours: PartitionHour[] = [];
  for (let at = fromMs - (fromMs % HOUR_MS); at < untilMs; at += HOUR_MS) hours.push(partitionAt(at));
  return hours;
}

export interface Listing {
  readonly objects: number;
  readonly bytes: number;
  /** The partitions that have objects, in time order. */
  readonly partitions: readonly PartitionHour[];
  /** The first 1,000 keys. */
  readonly keys: readonly string[];
  readonly polls: PollCounts;
  /** When the newest object was written. */
  readonly modified?: Date;
}

/** Objects of each shard in each hour. Keys end in `<shard>-<sequence>.csv`. */
export class PollCounts {
  readonly #shardsByHour = new Map<string, Map<string, number>>();

  /** The counts of several listings, which share no hour. */
  static united(all: readonly PollCounts[]): PollCounts {
    const united = new PollCounts();
    for (const counts of all)
      for (const [hour, shards] of counts.#shardsByHour) united.#shardsByHour.set(hour, shards);
    return united;
  }

  add(hour: PartitionHour, key: string): void {
    const shard = key.slice(key.lastIndexOf("/") + 1, key.lastIndexOf("-"));
    const shards = this.#shardsByHour.get(sortKey(hour)) ?? new Map<string, number>();
    this.#shardsByHour.set(sortKey(hour), shards.set(shard, (shards.get(shard) ?? 0) + 1));
  }

  /** A poll writes one object in every shard, so the busiest shard's objects are the hour's polls. */
  polls(hour: PartitionHour): number {
    return Math.max(0, ...(this.#shardsByHour.get(sortKey(hour))?.values() ?? []));
  }
}

/** Lists the objects of a range of partitions that are read. S3 returns keys in order, so the listing starts and stops at the range. */
export async function listPartitions(
  clients: Pick<LakeReader, "s3" | "callOptions">,
  bucket: string,
  prefix: string,
  range: PartitionRange,
  isRead: (key: string) => boolean = () => true,
): Promise<Listing> {
  const after = range.from && `${prefix}dt=${range.from.dt}/`;
  const partitions = new Map<string, PartitionHour>();
  const keys: string[] = [];
  const polls = new PollCounts();
  let modified: Date | undefined;
  let [objects, bytes, token]: [number, number, string | undefined] = [0, 0, undefined];
  do {
    const page: ListObjectsV2CommandOutput = await clients.s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token === undefined ? after && { StartAfter: after } : { ContinuationToken: token }),
      }),
      clients.callOptions,
    );
    token = page.NextContinuationToken;
    for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
      const hour = partitionOf(Key);
      if (!hour) continue;
      // Below errors/ the days follow the error types.
      if (range.to && hour.dt > range.to.dt && Key.startsWith(`${prefix}dt=`)) token = undefined;
      if (!isWithin(hour, range) || !isRead(Key)) continue;
      objects++;
      bytes += Size;
      if (keys.length < 1_000) keys.push(Key);
      partitions.set(sortKey(hour), hour);
      polls.add(hour, Key);
      if (LastModified && !(modified && modified > LastModified)) modified = LastModified;
    }
  } while (token !== undefined);
  const sorted = [...partitions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, hour]) => hour);
  return { objects, bytes, partitions: sorted, keys, polls, ...(modified && { modified }) };
}

/**
 * The newest day with objects up to that of `from`. Undefined if there is none, or if a later day up to that of `until`
 * has objects. Lists folders, not objects. `known` are further days with data.
 */
export async function newestDayBefore(
  clients: Pick<LakeReader, "s3" | "callOptions">,
  bucket: string,
  prefix: string,
  { from, to }: Required<PartitionRange>,
  known: readonly string[] = [],
): Promise<string | undefined> {
  const pages = paginateListObjectsV2(
    { client: clients.s3 },
    { Bucket: bucket, Prefix: prefix, Delimiter: "/" },
    clients.callOptions,
  );
  let newest = [...known].sort().at(-1);
  for await (const { CommonPrefixes = [] } of pages)
    for (const { Prefix = "" } of CommonPrefixes) {
      const dt = partitionOf(`/${Prefix}`)?.dt;
      if (dt !== undefined && dt <= to.dt && !(newest !== undefined && newest > dt)) newest = dt;
    }
  return newest !== undefined && newest <= from.dt ? newest : undefined;
}

function partitionOf(key: string): PartitionHour | undefined {
  const match = /\/dt=(\d{4}-\d{2}-\d{2})\/(?:hour=(\d{2})\/)?/.exec(key);
  return match ? { dt: match[1] ?? "", hour: match[2] ?? "" } : undefined;
}

function isWithin(at: PartitionHour, { from, to }: PartitionRange): boolean {
  if (at.hour === "") return (!from || at.dt >= from.dt) && (!to || at.dt <= to.dt);
  return (!from || sortKey(at) >= sortKey(from)) && (!to || sortKey(at) <= sortKey(to));
}
