import type { ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import type { Clients } from "../athena/connection";
import { Writes } from "./polls";
import { order, type PartitionHour, type PartitionRange } from "./range";

export interface Listed {
  readonly objects: number;
  readonly bytes: number;
  /** Partitions that hold anything, in order. */
  readonly partitions: readonly PartitionHour[];
  /** The first thousand. */
  readonly keys: readonly string[];
  readonly writes: Writes;
}

/** What the partitions of a range hold, from S3's listing: keys are in the order of time. */
export async function listPartitions(
  clients: Clients,
  bucket: string,
  prefix: string,
  range: PartitionRange,
): Promise<Listed> {
  const s3 = await clients.s3();
  const { ListObjectsV2Command } = await import("../aws/s3");
  const after = range.from && `${prefix}dt=${range.from.dt}/`;
  const seen = new Map<string, PartitionHour>();
  const keys: string[] = [];
  const writes = new Writes();
  let [objects, bytes, token]: [number, number, string | undefined] = [0, 0, undefined];
  do {
    const page: ListObjectsV2CommandOutput = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token === undefined ? after && { StartAfter: after } : { ContinuationToken: token }),
      }),
      clients.sending,
    );
    token = page.NextContinuationToken;
    for (const { Key = "", Size = 0 } of page.Contents ?? []) {
      const at = partitionOf(Key);
      if (!at) continue;
      if (range.to && at.dt > range.to.dt) token = undefined;
      if (!within(at, range)) continue;
      objects++;
      bytes += Size;
      if (keys.length < 1_000) keys.push(Key);
      seen.set(order(at), at);
      writes.add(at, Key);
    }
  } while (token !== undefined);
  const partitions = [...seen.keys()].sort().flatMap((key) => seen.get(key) ?? []);
  return { objects, bytes, partitions, keys, writes };
}

/** Tables partitioned by day alone have no hour. */
function partitionOf(key: string): PartitionHour | undefined {
  const match = /\/dt=(\d{4}-\d{2}-\d{2})\/(?:hour=(\d{2})\/)?/.exec(key);
  return match ? { dt: match[1] ?? "", hour: match[2] ?? "" } : undefined;
}

function within(at: PartitionHour, { from, to }: PartitionRange): boolean {
  if (at.hour === "") return (!from || at.dt >= from.dt) && (!to || at.dt <= to.dt);
  return (!from || order(at) >= order(from)) && (!to || order(at) <= order(to));
}
