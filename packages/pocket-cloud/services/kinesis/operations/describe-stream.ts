import { describeStream as describe, describeShard } from "../describe";
import { type Make, named, onStream, page, shardIdRule, streamRules } from "../operation";

export const describeStream: Make<"DescribeStream"> = (store) => ({
  rules: { ...streamRules, Limit: { range: [1, 10_000] }, ExclusiveStartShardId: shardIdRule },
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const after = input.ExclusiveStartShardId ?? "";
    const shards = page(
      stream.shards.filter(({ id }) => id > after),
      input.Limit ?? 100,
    );
    return {
      StreamDescription: {
        ...describe(stream),
        Shards: shards.items.map(describeShard),
        HasMoreShards: shards.more,
      },
    };
  },
});
