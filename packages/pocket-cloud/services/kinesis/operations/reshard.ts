import { inUse, invalidArgument } from "../errors";
import { evenRanges, toHex, toNumber } from "../hash-keys";
import { isOpen, openShards, type Stream } from "../model";
import { type Make, named, onStream, shardIdRule, streamRules } from "../operation";
import type { KinesisStore } from "../store";
import { nextStep } from "../uniform";

function openShard(store: KinesisStore, stream: Stream, shardId: string) {
  const { shard } = store.shard(stream, shardId);
  if (!isOpen(shard))
    throw inUse(
      `Shard ${shardId} in stream ${stream.name} under account ${store.cloud.accountId} has already been merged or split, and thus is not eligible for merging or splitting.`,
    );
  return shard;
}

export const splitShard: Make<"SplitShard"> = (store) => ({
  rules: { ...streamRules, ShardToSplit: shardIdRule, NewStartingHashKey: { pattern: /0|([1-9]\d{0,38})/ } },
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const shard = openShard(store, stream, input.ShardToSplit ?? "");
    const at = BigInt(input.NewStartingHashKey ?? "0");
    if (at <= toNumber(shard.start) + 1n || at >= toNumber(shard.end))
      throw invalidArgument(
        `NewStartingHashKey ${at} used in SplitShard() on shard ${shard.id} in stream ${stream.name} under account ${store.cloud.accountId} is not both greater than one plus the shard's StartingHashKey ${toNumber(shard.start)} and less than the shard's EndingHashKey ${toNumber(shard.end)}.`,
      );
    store.reshard(
      stream,
      [shard.id],
      [
        { start: shard.start, end: toHex(at - 1n), parent: shard.id },
        { start: toHex(at), end: shard.end, parent: shard.id },
      ],
    );
    return {};
  },
});

export const mergeShards: Make<"MergeShards"> = (store) => ({
  rules: { ...streamRules, ShardToMerge: shardIdRule, AdjacentShardToMerge: shardIdRule },
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const one = openShard(store, stream, input.ShardToMerge ?? "");
    const other = openShard(store, stream, input.AdjacentShardToMerge ?? "");
    const [low, high] = one.start < other.start ? [one, other] : [other, one];
    if (toNumber(low.end) + 1n !== toNumber(high.start))
      throw invalidArgument(
        `Shards ${one.id} and ${other.id} in stream ${stream.name} under account ${store.cloud.accountId} are not an adjacent pair of shards eligible for merging`,
      );
    store.reshard(
      stream,
      [one.id, other.id],
      [{ start: low.start, end: high.end, parent: one.id, adjacentParent: other.id }],
    );
    return {};
  },
});

export const updateShardCount: Make<"UpdateShardCount"> = (store) => ({
  rules: {
    ...streamRules,
    TargetShardCount: { range: [1, 100_000] },
    ScalingType: { oneOf: ["UNIFORM_SCALING"] },
  },
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const current = openShards(stream).length;
    const target = input.TargetShardCount ?? current;
    if (stream.mode === "ON_DEMAND")
      throw invalidArgument(`UpdateShardCount cannot be called on the on-demand stream ${stream.name}.`);
    if (target > current * 2)
      throw invalidArgument(
        `UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: ${current} Target shard count: ${target}`,
      );
    if (target * 2 < current)
      throw invalidArgument(
        `UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: ${current} Target shard count: ${target}`,
      );
    const goal = evenRanges(target);
    for (let step = nextStep(openShards(stream), goal); step; step = nextStep(openShards(stream), goal))
      store.reshard(stream, step.closing, step.opening);
    return {
      StreamName: stream.name,
      StreamARN: stream.arn,
      CurrentShardCount: current,
      TargetShardCount: target,
    };
  },
});
