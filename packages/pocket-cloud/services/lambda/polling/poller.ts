import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import { Ledger } from "../../../storage/ledger";
import type { Invoked, Runtime } from "../runtime/runtime";
import { type LambdaStore, type MappingRecord, parseName } from "../store";
import { deliverFailure, type Failure } from "./failure";
import { matchesAny, parsePatterns } from "./filter";
import { type ShardOwner, ShardPoller } from "./shard";
import type { SourceRecord } from "./source-record";

/** How far a mapping has come in a shard. */
interface Checkpoint {
  readonly sequenceNumber?: string;
  /** The shard is closed and wholly processed. */
  readonly drained?: boolean;
}

const DEFAULT_RETENTION = 24 * 3600_000;

/** One enabled mapping from a Kinesis stream: finds the stream's shards and polls those whose turn it is. */
export class StreamPoller implements ShardOwner {
  readonly #shards = new Map<string, ShardPoller>();
  readonly #checkpoints: Ledger<Checkpoint>;
  readonly #filters: ReturnType<typeof parsePatterns>;
  readonly settings: MappingRecord["configuration"];
  retention = DEFAULT_RETENTION;
  #refreshing: Promise<void> | undefined;
  #cancel: (() => void) | undefined;
  #failures = 0;
  #stopped = false;

  constructor(
    readonly cloud: CloudContext,
    readonly store: LambdaStore,
    readonly runtime: Runtime,
    readonly record: MappingRecord,
  ) {
    this.settings = record.configuration;
    this.#checkpoints = new Ledger(checkpointsPath(store, record.configuration.UUID ?? ""));
    this.#filters = parsePatterns(record.configuration.FilterCriteria);
  }

  get streamArn(): string {
    return this.settings.EventSourceArn ?? "";
  }

  get origin() {
    return { streamArn: this.streamArn, role: this.#role, region: this.cloud.region };
  }

  get #name(): string {
    return parseName(this.settings.FunctionArn).name;
  }

  get #role(): string {
    return this.store.find(this.#name).configuration.Role ?? "";
  }

  caller(): Caller {
    return this.cloud.identities().assume(this.#role, this.#name, "lambda.amazonaws.com");
  }

  readonly invoke = (payload: string): Promise<Invoked> => {
    const { name, qualifier } = parseName(this.settings.FunctionArn);
    return this.runtime.invoke(this.store.find(name), { payload, ...(qualifier && { version: qualifier }) });
  };

  readonly processed = (result: string): void => {
    if (this.settings.LastProcessingResult === result) return;
    this.store.mappings.update(this.settings.UUID ?? "", ({ configuration }) => {
      configuration.LastProcessingResult = result;
    });
    this.settings.LastProcessingResult = result;
  };

  giveUp(shardId: string, records: readonly SourceRecord[], failure: Failure): Promise<void> {
    const from = { mapping: this.settings, shardId, role: this.#role, session: this.#name };
    return deliverFailure(this.cloud, from, records, failure);
  }

  wanted(record: SourceRecord, data: Uint8Array): boolean {
    return this.#filters.length === 0 || matchesAny(this.#filters, record, data);
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

  /** Looks for shards whose turn has come. */
  refresh(after = 0): void {
    if (this.#stopped) return;
    const { clock } = this.cloud;
    this.#cancel ??= clock.schedule(clock.now() + after, () => this.#refresh(), "list shards");
  }

  async #refresh(): Promise<void> {
    this.#cancel = undefined;
    this.#refreshing = this.#findShards();
    await this.#refreshing;
  }

  async #findShards(): Promise<void> {
    try {
      const shards = await this.#listShards();
      const listed = new Set(shards.map((shard) => shard.ShardId));
      const finished = (id: string | undefined) =>
        !id || !listed.has(id) || this.#checkpoints.get(id)?.drained === true;
      for (const shard of shards) {
        const id = shard.ShardId ?? "";
        if (this.#stopped || this.#shards.has(id) || this.#checkpoints.get(id)?.drained) continue;
        if (!finished(shard.ParentShardId) || !finished(shard.AdjacentParentShardId)) continue;
        const poller = new ShardPoller(this, id, this.#checkpoints.get(id)?.sequenceNumber);
        this.#shards.set(id, poller);
        poller.wake();
      }
      this.#failures = 0;
    } catch (error) {
      this.processed(`PROBLEM: ${error instanceof Error ? error.message : String(error)}`);
      if (error instanceof AwsError && error.code === "ResourceNotFoundException") return this.#forget();
      this.refresh(Math.min(60_000, 1000 * 2 ** this.#failures++));
    }
  }

  async #listShards() {
    const shards = [];
    let NextToken: string | undefined;
    do {
      const input = NextToken ? { NextToken } : { StreamARN: this.streamArn };
      const answer = await this.cloud.call("kinesis", "ListShards", input, this.caller());
      shards.push(...(answer.Shards ?? []));
      NextToken = answer.NextToken;
    } while (NextToken);
    return shards;
  }

  /** The stream is gone; one made anew under its name starts from the beginning. */
  async #forget(): Promise<void> {
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

export function forgetCheckpoints(store: LambdaStore, uuid: string): void {
  rmSync(checkpointsPath(store, uuid), { force: true });
}
