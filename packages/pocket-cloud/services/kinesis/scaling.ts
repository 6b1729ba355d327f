import { type HashRange, toHex, toNumber } from "./hash-keys";
import type { OpeningShard, Shard } from "./model";

export interface Reshard {
  readonly closing: readonly string[];
  readonly opening: readonly OpeningShard[];
}

/**
 * The next split or merge that brings open shards (sorted by range) closer to the target ranges; undefined when they
 * have these ranges. As in AWS, the intermediate shards exist and are closed again.
 */
export function nextReshard(open: readonly Shard[], target: readonly HashRange[]): Reshard | undefined {
  for (const shard of open) {
    const upper = target.find(({ start }) => start > shard.start && start <= shard.end);
    if (upper) return split(shard, toNumber(upper.start));
  }
  const starts = new Set(target.map(({ start }) => start));
  const at = open.findIndex((shard) => !starts.has(shard.start));
  const [low, high] = [open[at - 1], open[at]];
  return low && high && merge(low, high);
}

export const split = (shard: Shard, at: bigint): Reshard => ({
  closing: [shard.id],
  opening: [
    { start: shard.start, end: toHex(at - 1n), parent: shard.id },
    { start: toHex(at), end: shard.end, parent: shard.id },
  ],
});

export function merge(shard: Shard, adjacent: Shard): Reshard {
  const [low, high] = shard.start < adjacent.start ? [shard, adjacent] : [adjacent, shard];
  return {
    closing: [shard.id, adjacent.id],
    opening: [{ start: low.start, end: high.end, parent: shard.id, adjacentParent: adjacent.id }],
  };
}
