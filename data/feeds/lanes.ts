/**
 * Number of ordered lanes of a feed. All producers of a stream must use the same number, otherwise one key's
 * events lose their order. With four lanes per shard, a poll of 250 coins makes one full pack per lane and
 * one PutRecords call.
 */
export const lanesFor = (shards: number): number => 4 * Math.max(1, shards);
