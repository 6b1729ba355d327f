import {
  ListShardsCommand,
  type ListShardsCommandOutput,
  MergeShardsCommand,
  type Shard,
  SplitShardCommand,
  UpdateShardCountCommand,
} from "@aws-sdk/client-kinesis";
import { Failure, UsageError } from "../kit/errors";
import { describe, refuseOwn, type StreamContext, untilActive } from "./status";

export interface Resharding {
  readonly shards: number | undefined;
  readonly split: string | undefined;
  readonly merge: string | undefined;
}

export async function reshard(context: StreamContext, { shards, split, merge }: Resharding): Promise<void> {
  const { stream, print } = context;
  refuseOwn(stream, "change the shards of");
  const given = [shards, split, merge].filter((each) => each !== undefined);
  if (given.length !== 1) throw new UsageError("reshard takes one of --shards, --split and --merge");
  const before = (await describe(context)).OpenShardCount;
  if (shards !== undefined) await update(context, shards);
  if (split !== undefined) await splitShard(context, split);
  if (merge !== undefined) await mergeShard(context, merge);
  const after = (await untilActive(context)).OpenShardCount;
  print(`${stream}: ${before} → ${after} open shards`);
}

async function update({ kinesis, stream, signal }: StreamContext, count: number): Promise<void> {
  const command = new UpdateShardCountCommand({
    StreamName: stream,
    TargetShardCount: count,
    ScalingType: "UNIFORM_SCALING",
  });
  await kinesis.send(command, { abortSignal: signal });
}

async function splitShard(context: StreamContext, id: string): Promise<void> {
  const { kinesis, stream, signal } = context;
  const { shard } = shardNamed(await openShards(context), id);
  const { StartingHashKey = "0", EndingHashKey = "0" } = shard.HashKeyRange ?? {};
  const middle = (BigInt(StartingHashKey) + BigInt(EndingHashKey) + 1n) / 2n;
  const command = new SplitShardCommand({
    StreamName: stream,
    ShardToSplit: shard.ShardId,
    NewStartingHashKey: String(middle),
  });
  await kinesis.send(command, { abortSignal: signal });
}

async function mergeShard(context: StreamContext, id: string): Promise<void> {
  const { kinesis, stream, signal } = context;
  const { shard, next } = shardNamed(await openShards(context), id);
  if (!next) throw new Failure(`${shard.ShardId} has the last keys: there is no next shard to merge it with`);
  const command = new MergeShardsCommand({
    StreamName: stream,
    ShardToMerge: shard.ShardId,
    AdjacentShardToMerge: next.ShardId,
  });
  await kinesis.send(command, { abortSignal: signal });
}

/** Open shards in the order of their keys. */
async function openShards({ kinesis, stream, signal }: StreamContext): Promise<Shard[]> {
  const shards: Shard[] = [];
  let request: { StreamName: string } | { NextToken: string } | undefined = { StreamName: stream };
  while (request) {
    const page: ListShardsCommandOutput = await kinesis.send(new ListShardsCommand(request), {
      abortSignal: signal,
    });
    shards.push(...(page.Shards ?? []));
    request = page.NextToken === undefined ? undefined : { NextToken: page.NextToken };
  }
  const firstKey = (shard: Shard) => BigInt(shard.HashKeyRange?.StartingHashKey ?? "0");
  return shards
    .filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined)
    .sort((a, b) => (firstKey(a) < firstKey(b) ? -1 : 1));
}

/** A shard by its id, or by the number at its end. */
function shardNamed(shards: readonly Shard[], id: string): { shard: Shard; next: Shard | undefined } {
  const full = /^\d{1,12}$/.test(id) ? `shardId-${id.padStart(12, "0")}` : id;
  const at = shards.findIndex(({ ShardId }) => ShardId === full);
  const shard = shards[at];
  if (!shard)
    throw new Failure(
      `there is no open shard ${id}; open: ${shards.map(({ ShardId }) => ShardId).join(", ")}`,
    );
  return { shard, next: shards[at + 1] };
}
