import type { Shard } from "@aws-sdk/client-kinesis";

/** Orders the shards of a stream: a child is ready after its parents were read, so that each key stays in order. */
export class Lineage {
  readonly #waiting = new Map<string, Shard>();
  readonly #known = new Set<string>();
  readonly #done = new Set<string>();

  /** Adds the shards that were not added before. */
  add(shards: readonly Shard[]): void {
    for (const shard of shards) {
      const id = shard.ShardId ?? "";
      if (!this.#known.has(id)) this.#waiting.set(id, shard);
      this.#known.add(id);
    }
  }

  /** Removes and returns the shards that are ready. An unknown parent has expired: there is nothing to wait for. */
  ready(): string[] {
    const free = [...this.#waiting.values()].filter(({ ParentShardId, AdjacentParentShardId }) =>
      [ParentShardId, AdjacentParentShardId].every(
        (parent) => parent === undefined || !this.#known.has(parent) || this.#done.has(parent),
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
