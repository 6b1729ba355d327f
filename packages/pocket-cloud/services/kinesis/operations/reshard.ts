import { type AwsError, validationError } from "../../../errors";
import { inUse, invalidArgument } from "../errors";
import { evenRanges, toNumber } from "../hash-keys";
import { isOpen, openShards, type Stream } from "../model";
import { type Make, onStream } from "../operation";
import { merge, nextReshard, type Reshard, split } from "../scaling";
import type { KinesisStore } from "../store";

function reshard(store: KinesisStore, stream: Stream, { closing, opening }: Reshard) {
  store.reshard(stream, closing, opening);
  return {};
}

function openShard(store: KinesisStore, stream: Stream, shardId: string) {
  const { shard } = store.shard(stream, shardId);
  if (!isOpen(shard))
    throw inUse(
      `Shard ${shard.id} in stream ${stream.name} under account ${store.cloud.accountId} has already been merged or split, and thus is not eligible for merging or splitting.`,
    );
  return shard;
}

export const SplitShard: Make<"SplitShard"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.namedWithShards(input, input.ShardToSplit ?? "");
    const shard = openShard(store, stream, input.ShardToSplit ?? "");
    const at = BigInt(input.NewStartingHashKey ?? "0");
    if (at <= toNumber(shard.start) + 1n || at >= toNumber(shard.end))
      throw invalidArgument(
        `NewStartingHashKey ${at} used in SplitShard() on shard ${shard.id} in stream ${stream.name} under account ${store.cloud.accountId} is not both greater than one plus the shard's StartingHashKey ${toNumber(shard.start)} and less than the shard's EndingHashKey ${toNumber(shard.end)}.`,
      );
    return reshard(store, stream, split(shard, at));
  },
});

export const MergeShards: Make<"MergeShards"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.namedWithShards(input, input.ShardToMerge ?? "", input.AdjacentShardToMerge ?? "");
    const shard = openShard(store, stream, input.ShardToMerge ?? "");
    const adjacent = openShard(store, stream, input.AdjacentShardToMerge ?? "");
    const [low, high] = shard.start < adjacent.start ? [shard, adjacent] : [adjacent, shard];
    if (toNumber(low.end) + 1n !== toNumber(high.start))
      throw invalidArgument(
        `Shards ${shard.id} and ${adjacent.id} in stream ${stream.name} under account ${store.cloud.accountId} are not an adjacent pair of shards eligible for merging`,
      );
    return reshard(store, stream, merge(shard, adjacent));
  },
});

export const UpdateShardCount: Make<"UpdateShardCount"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    const current = openShards(stream).length;
    const target = input.TargetShardCount ?? current;
    if (stream.mode === "ON_DEMAND") throw onDemand(stream.name);
    if (target > current * 2)
      throw invalidArgument(
        `UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: ${current} Target shard count: ${target}`,
      );
    if (target * 2 < current)
      throw invalidArgument(
        `UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: ${current} Target shard count: ${target}`,
      );
    const ranges = evenRanges(target);
    const next = () => nextReshard(openShards(stream), ranges);
    for (let step = next(); step; step = next()) reshard(store, stream, step);
    return {
      StreamName: stream.name,
      StreamARN: stream.arn,
      CurrentShardCount: current,
      TargetShardCount: target,
    };
  },
});

/**
 * Kinesis API reference, UpdateShardCount, ValidationException: the stream has the on-demand capacity mode. † The message is
 * not AWS's.
 */
const onDemand = (name: string): AwsError =>
  validationError(
    `Stream ${name} has the on-demand capacity mode. UpdateShardCount is only supported for streams with the provisioned capacity mode.`,
  );
