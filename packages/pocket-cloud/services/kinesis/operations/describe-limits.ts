import type { Make } from "../operation";
import { openShardCount } from "../store";

/** Of an account in the large regions. */
export const SHARD_LIMIT = 20_000;
const ON_DEMAND_LIMIT = 50;

export const describeLimits: Make<"DescribeLimits"> = (store) => ({
  run: () => {
    const streams = store.streams.values();
    return {
      ShardLimit: SHARD_LIMIT,
      OpenShardCount: streams
        .filter(({ mode }) => mode === "PROVISIONED")
        .reduce((sum, stream) => sum + openShardCount(stream), 0),
      OnDemandStreamCount: streams.filter(({ mode }) => mode === "ON_DEMAND").length,
      OnDemandStreamCountLimit: ON_DEMAND_LIMIT,
    };
  },
});
