import { startPosition } from "../iterator";
import { endDryRun, type Make, shardIdRule } from "../operation";

export const subscribeToShard: Make<"SubscribeToShard"> = (store) => ({
  rules: { ConsumerARN: { length: [1, 2048] }, ShardId: shardIdRule },
  resources: ({ ConsumerARN = "" }) => [ConsumerARN],
  run: async ({ ConsumerARN = "", ShardId = "", StartingPosition, DryRun }, { caller }) => {
    await store.keys.checkReader(store.consumer(ConsumerARN).stream, caller);
    const { stream, consumer } = store.consumer(ConsumerARN);
    const at = store.shard(stream, ShardId);
    const from = startPosition(store, stream, at, {
      type: StartingPosition?.Type,
      StartingSequenceNumber: StartingPosition?.SequenceNumber,
      Timestamp: StartingPosition?.Timestamp,
    });
    endDryRun({ DryRun });
    return { EventStream: store.subscriptions.begin(consumer.arn, stream, at, from) };
  },
});
