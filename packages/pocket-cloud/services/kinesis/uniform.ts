import { type HashRange, toHex, toNumber } from "./hash-keys";
import type { Shard } from "./model";
import type { Parents } from "./store";

export interface Step {
  readonly closing: readonly string[];
  readonly opening: readonly (HashRange & Parents)[];
}

/**
 * The next split or merge on the way from open shards (sorted by range) to the goal's ranges; undefined when they
 * are reached. As in AWS, scaling passes through shards that exist only for a moment.
 */
export function nextStep(open: readonly Shard[], goal: readonly HashRange[]): Step | undefined {
  for (const shard of open) {
    const cut = goal.find(({ start }) => start > shard.start && start <= shard.end);
    if (cut)
      return {
        closing: [shard.id],
        opening: [
          { start: shard.start, end: toHex(toNumber(cut.start) - 1n), parent: shard.id },
          { start: cut.start, end: shard.end, parent: shard.id },
        ],
      };
  }
  const starts = new Set(goal.map(({ start }) => start));
  const at = open.findIndex((shard) => !starts.has(shard.start));
  const [low, high] = [open[at - 1], open[at]];
  if (!low || !high) return undefined;
  const merged = { start: low.start, end: high.end, parent: low.id, adjacentParent: high.id };
  return { closing: [low.id, high.id], opening: [merged] };
}
