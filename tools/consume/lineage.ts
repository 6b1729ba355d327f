import type { Shard } from "@aws-sdk/client-kinesis";

/** Which shards may be read: a child only when its parents have been read to their end, so that each key stays in order. */
export class Lineage {
  readonly #waiting = new Map<string, Shard>();
  readonly #met = new Set<string>();
  readonly #done = new Set<string>();

  /** Shards that are new to it; says how many. */
  add(shards: readonly Shard[]): number {
    const unmet = shards.filter(({ ShardId = "" }) => !this.#met.has(ShardId));
    for (const shard of unmet) {
      this.#met.add(shard.ShardId ?? "");
      this.#waiting.set(shard.ShardId ?? "", shard);
    }
    return unmet.length;
  }

  /** Takes out those whose turn it is. A parent that nobody knows has been trimmed: nothing of it is left to wait for. */
  ready(): string[] {
    const free = [...this.#waiting.values()].filter(({ ParentShardId, AdjacentParentShardId }) =>
      [ParentShardId, AdjacentParentShardId].every(
        (parent) => parent === undefined || !this.#met.has(parent) || this.#done.has(parent),
      ),
    );
    const ids = free.map(({ ShardId = "" }) => ShardId);
    for (const id of ids) this.#waiting.delete(id);
    return ids;
  }

  done(shardId: string): void {
    this.#done.add(shardId);
  }
}
