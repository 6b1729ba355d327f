import { unsupported } from "../../../errors";
import { inUse, invalidArgument, limitExceeded } from "../errors";
import { evenRanges } from "../hash-keys";
import { type Make, onStream } from "../operation";
import { openShardCount } from "../store";
import { SHARD_LIMIT } from "./describe-limits";
import { recordSizeRule } from "./update-max-record-size";

/** What AWS opens for an on-demand stream. */
const ON_DEMAND_SHARDS = 4;

export const createStream: Make<"CreateStream"> = (store) => ({
  rules: {
    StreamName: { length: [1, 128], pattern: /[a-zA-Z0-9_.-]+/ },
    ShardCount: { range: [1, 100_000] },
    MaxRecordSizeInKiB: recordSizeRule,
  },
  resources: onStream(store),
  run: ({
    WarmThroughputMiBps,
    StreamName = "",
    ShardCount,
    StreamModeDetails,
    Tags,
    MaxRecordSizeInKiB,
  }) => {
    if (WarmThroughputMiBps !== undefined) throw unsupported("the Kinesis option WarmThroughputMiBps");
    const mode = StreamModeDetails?.StreamMode ?? "PROVISIONED";
    if (store.streams.has(StreamName))
      throw inUse(`Stream ${StreamName} under account ${store.cloud.accountId} already exists.`);
    if (mode === "PROVISIONED" && ShardCount === undefined)
      throw invalidArgument("ShardCount must be specified when the stream mode is PROVISIONED.");
    if (mode === "ON_DEMAND" && ShardCount !== undefined)
      throw invalidArgument("ShardCount must not be specified when the stream mode is ON_DEMAND.");
    const count = ShardCount ?? ON_DEMAND_SHARDS;
    const open = store.streams.values().reduce((sum, stream) => sum + openShardCount(stream), 0);
    if (open + count > SHARD_LIMIT)
      throw limitExceeded(
        `This request would exceed the shard limit for the account ${store.cloud.accountId} in ${store.cloud.region}. Current shard count for the account: ${open}. Limit: ${SHARD_LIMIT}. Number of additional shards that would have resulted from this request: ${count}.`,
      );
    store.create(StreamName, evenRanges(count), {
      mode,
      maxRecordKiB: MaxRecordSizeInKiB ?? 1024,
      tags: Tags ?? {},
    });
    return {};
  },
});
