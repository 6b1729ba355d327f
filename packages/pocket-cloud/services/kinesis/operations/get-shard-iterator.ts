import { encodeIterator, startPosition } from "../iterator";
import { endDryRun, type Make, named, onStream, shardIdRule, streamRules } from "../operation";

const TYPES = ["AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"];

export const getShardIterator: Make<"GetShardIterator"> = (store) => ({
  rules: {
    ...streamRules,
    ShardId: shardIdRule,
    ShardIteratorType: { oneOf: TYPES },
    StartingSequenceNumber: { pattern: /0|([1-9]\d{0,128})/ },
  },
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const at = store.shard(stream, input.ShardId ?? "");
    const position = startPosition(store, stream, at, { ...input, type: input.ShardIteratorType });
    endDryRun(input);
    return {
      ShardIterator: encodeIterator({
        stream: stream.name,
        createdAt: stream.createdAt.getTime(),
        shard: at.shard.id,
        position,
        issuedAt: store.cloud.clock.now(),
      }),
    };
  },
});
