import { rmSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../../../errors";
import { Ledger } from "../../../storage/ledger";
import type { LambdaStore } from "../store";
import { type Progress, ShardPoller } from "./shard-poller";
import { sourceOf } from "./sources";
import type { Target } from "./target";

/** How far a mapping has processed a shard. */
interface Checkpoint {
  readonly sequenceNumber?: string;
  /** The shard is closed and all its records are processed. */
  readonly drained?: boolean;
}

const LONGEST_DELAY_MS = 60_000;

/** Polls the shards of a stream for one mapping, parents before their children. */
export class StreamPoller implements Progress {
  readonly #shards = new Map<string, ShardPoller>();
  readonly #checkpoints: Ledger<Checkpoint>;
  #refreshing: Promise<void> | undefined;
  #cancel: (() => void) | undefined;
  #failures = 0;
  #stopped = false;

  constructor(readonly target: Target) {
    this.#checkpoints = new Ledger(checkpointsPath(target.store, target.mapping.UUID ?? ""));
  }

  checkpoint(shardId: string, sequenceNumber: string): void {
    this.#checkpoints.set(shardId, { sequenceNumber });
  }

  drained(shardId: string): void {
    if (this.#checkpoints.get(shardId)?.drained) return;
    this.#checkpoints.set(shardId, { ...this.#checkpoints.get(shardId), drained: true });
    this.refresh();
  }

  wake(shardId: string): void {
    const shard = this.#shards.get(shardId);
    if (shard) shard.wake();
    else this.refresh();
  }

  /** Schedules a search for shards that can be polled now. */
  refresh(delay = 0): void {
    if (this.#stopped) return;
    const { clock } = this.target.cloud;
    this.#cancel ??= clock.schedule(clock.now() + delay, () => this.#refresh(), "list shards");
  }

  async #refresh(): Promise<void> {
    this.#cancel = undefined;
    this.#refreshing = this.#startShards();
    await this.#refreshing;
  }

  async #startShards(): Promise<void> {
    try {
      const shards = await sourceOf(this.target.sourceArn).shards(this.target);
      const listed = new Set(shards.map(({ id }) => id));
      const finished = (id: string) => !listed.has(id) || this.#checkpoints.get(id)?.drained === true;
      for (const { id, parents } of shards) {
        const checkpoint = this.#checkpoints.get(id);
        if (this.#stopped || this.#shards.has(id) || checkpoint?.drained) continue;
        if (!parents.every(finished)) continue;
        const poller = new ShardPoller(this.target, this, id, checkpoint?.sequenceNumber);
        this.#shards.set(id, poller);
        poller.wake();
      }
      this.#failures = 0;
    } catch (error) {
      this.target.setProblem(error);
      if (error instanceof AwsError && error.code === "ResourceNotFoundException") return this.#reset();
      this.refresh(Math.min(LONGEST_DELAY_MS, 1000 * 2 ** this.#failures++));
    }
  }

  /** Drops all progress: the stream was deleted, and a new stream of the same name has other shards. */
  async #reset(): Promise<void> {
    await Promise.all([...this.#shards.values()].map((shard) => shard.stop()));
    this.#shards.clear();
    for (const [key] of this.#checkpoints.entries()) this.#checkpoints.delete(key);
  }

  async flush(): Promise<void> {
    if (this.#cancel) {
      this.#cancel();
      await this.#refresh();
    }
    await this.#refreshing;
    for (const shard of [...this.#shards.values()]) await shard.flush();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#refreshing;
    await Promise.all([...this.#shards.values()].map((shard) => shard.stop()));
    this.#checkpoints.close();
  }
}

const checkpointsPath = (store: LambdaStore, uuid: string): string =>
  join(store.dir, "checkpoints", `${uuid}.log`);

export function deleteCheckpoints(store: LambdaStore, uuid: string): void {
  rmSync(checkpointsPath(store, uuid), { force: true });
}
