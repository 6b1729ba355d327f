import { describeShard, describeStream } from "../descriptions";
import { openShards } from "../model";
import { type Make, onStream, pageOf, SHARD_LIMIT } from "../operation";

const ON_DEMAND_STREAM_LIMIT = 50;

export const DescribeStream: Make<"DescribeStream"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    const { ExclusiveStartShardId = "", Limit = 100 } = input;
    const shards = stream.shards.filter(({ id }) => id > ExclusiveStartShardId);
    const { items, more } = pageOf(shards, Limit);
    return {
      StreamDescription: {
        ...describeStream(stream),
        Shards: items.map(describeShard),
        HasMoreShards: more,
      },
    };
  },
});

export const DescribeStreamSummary: Make<"DescribeStreamSummary"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    return {
      StreamDescriptionSummary: {
        ...describeStream(stream),
        OpenShardCount: openShards(stream).length,
        ConsumerCount: stream.consumers.length,
        MaxRecordSizeInKiB: stream.maxRecordKiB,
      },
    };
  },
});

export const DescribeLimits: Make<"DescribeLimits"> = (store) => ({
  run: () => {
    const streams = store.streams.values();
    const provisioned = streams.filter(({ mode }) => mode === "PROVISIONED");
    return {
      ShardLimit: SHARD_LIMIT,
      OpenShardCount: provisioned.reduce((sum, stream) => sum + openShards(stream).length, 0),
      OnDemandStreamCount: streams.length - provisioned.length,
      OnDemandStreamCountLimit: ON_DEMAND_STREAM_LIMIT,
    };
  },
});
