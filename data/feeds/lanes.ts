/**
 * How many ordered lanes producers spread a feed's events over: the same for all of them, or one key's events would not
 * stay in order. Four for a shard: a poll of 250 coins then makes one full pack a lane, which one call takes.
 */
export const lanesFor = (shards: number): number => 4 * Math.max(1, shards);
