import type { _Record, ChildShard } from "@aws-sdk/client-kinesis";
import type { JournalRecord } from "../../storage/journal";
import { toDecimal } from "./hash-keys";
import { childrenOf, type Stream } from "./model";
import { sequenceAt } from "./sequence";
import type { KinesisStore, ShardLog } from "./store";

export const ENCRYPTED = 1;

/** Records from a position on, past what retention has taken. */
export interface Reading {
  readonly records: readonly JournalRecord[];
  /** Position to go on from. */
  readonly next: number;
  readonly millisBehind: number;
  /** The shard is closed and nothing is left after `next`. */
  readonly ended: boolean;
}

export function readShard(
  store: KinesisStore,
  stream: Stream,
  at: ShardLog,
  from: number,
  limit: number,
  bytes: number,
): Reading {
  const horizon = store.horizon(stream);
  let records = at.log.read(from, limit, bytes);
  if (records[0] && records[0].time < horizon)
    records = at.log.read(at.log.positionAt(horizon), limit, bytes);
  const last = records.at(-1);
  const next = last ? last.position + 1 : Math.max(from, at.log.first);
  const behind = next < at.log.next;
  return {
    records,
    next,
    // Behind is never 0, which readers take for "at the tip", even while the clock stands still.
    millisBehind: behind && last ? Math.max(1, store.cloud.clock.now() - last.time) : 0,
    ended: !behind && at.shard.lastPosition !== undefined,
  };
}

export function toRecord(prefix: string, record: JournalRecord): _Record {
  return {
    SequenceNumber: sequenceAt(prefix, record.position),
    ApproximateArrivalTimestamp: new Date(record.time),
    Data: record.data,
    PartitionKey: record.key,
    ...((record.flags & ENCRYPTED) !== 0 && { EncryptionType: "KMS" as const }),
  };
}

export const childShards = (stream: Stream, shardId: string): ChildShard[] =>
  childrenOf(stream, shardId).map((child) => ({
    ShardId: child.id,
    ParentShards: [child.parent, child.adjacentParent].filter((id) => id !== undefined),
    HashKeyRange: { StartingHashKey: toDecimal(child.start), EndingHashKey: toDecimal(child.end) },
  }));
