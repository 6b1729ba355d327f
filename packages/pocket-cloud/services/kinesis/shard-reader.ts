import type { _Record, ChildShard } from "@aws-sdk/client-kinesis";
import type { JournalRecord } from "../../storage/journal";
import { toDecimal } from "./hash-keys";
import { childrenOf, type Stream } from "./model";
import { sequenceAt } from "./sequence";
import type { KinesisStore, ShardLog } from "./store";

/** Flag of a journal record that was written while the stream was encrypted. */
export const ENCRYPTED = 1;

/** Records of a shard from a position on, without expired ones. */
export interface ShardPage {
  readonly records: readonly JournalRecord[];
  /** The position to read from next. */
  readonly next: number;
  readonly millisBehind: number;
  /** Whether the shard is closed and has no records from `next` on. */
  readonly ended: boolean;
}

export function readShard(
  store: KinesisStore,
  stream: Stream,
  shard: ShardLog,
  from: number,
  limit: number,
  bytes: number,
): ShardPage {
  const horizon = store.horizon(stream);
  let records = shard.log.read(from, limit, bytes);
  if (records[0] && records[0].time < horizon)
    records = shard.log.read(shard.log.positionAt(horizon), limit, bytes);
  const last = records.at(-1);
  const next = last ? last.position + 1 : Math.max(from, shard.log.first);
  const behind = next < shard.log.next;
  return {
    records,
    next,
    // Readers take 0 for the tip of the shard, so it is at least 1 elsewhere, even if the clock has not advanced.
    millisBehind: behind && last ? Math.max(1, store.cloud.clock.now() - last.time) : 0,
    ended: !behind && shard.shard.lastPosition !== undefined,
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
