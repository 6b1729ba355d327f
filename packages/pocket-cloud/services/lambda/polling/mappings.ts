import type { Runtime } from "../runtime/runtime";
import type { LambdaStore, MappingRecord } from "../store";
import { QueuePoller } from "./queue-poller";
import { deleteCheckpoints, StreamPoller } from "./stream-poller";
import { Target } from "./target";

/** Runs a poller for every enabled event source mapping. */
export class Mappings {
  readonly #pollers = new Map<string, StreamPoller | QueuePoller>();
  readonly #unsubscribe: (() => void)[] = [];

  constructor(
    readonly store: LambdaStore,
    readonly runtime: Runtime,
  ) {}

  start(): void {
    const { bus } = this.store.cloud;
    this.#unsubscribe.push(
      bus.on("kinesis:records", ({ streamArn, shardId }) => {
        for (const poller of this.#of(StreamPoller, streamArn)) poller.wake(shardId);
      }),
      bus.on("dynamodb:stream-records", ({ streamArn, shardId }) => {
        for (const poller of this.#of(StreamPoller, streamArn)) poller.wake(shardId);
      }),
      bus.on("kinesis:stream", ({ streamArn }) => {
        for (const poller of this.#of(StreamPoller, streamArn)) poller.refresh();
      }),
      bus.on("sqs:message", ({ queueArn, at }) => {
        for (const poller of this.#of(QueuePoller, queueArn)) poller.wake(at);
      }),
    );
    for (const record of this.store.mappings.values()) this.#run(record);
  }

  *#of<P extends StreamPoller | QueuePoller>(
    kind: new (target: Target) => P,
    sourceArn: string,
  ): Iterable<P> {
    for (const poller of this.#pollers.values())
      if (poller instanceof kind && poller.target.sourceArn === sourceArn) yield poller;
  }

  /** Starts, restarts or stops the poller of a mapping that was created or changed. */
  async apply(record: MappingRecord): Promise<void> {
    await this.#end(record.configuration.UUID ?? "");
    this.#run(record);
  }

  async remove(uuid: string): Promise<void> {
    await this.#end(uuid);
    deleteCheckpoints(this.store, uuid);
  }

  #run(record: MappingRecord): void {
    if (record.configuration.State !== "Enabled") return;
    const target = new Target(this.store, this.runtime, record);
    const poller = target.sourceArn.includes(":sqs:") ? new QueuePoller(target) : new StreamPoller(target);
    this.#pollers.set(record.configuration.UUID ?? "", poller);
    poller.refresh();
  }

  async #end(uuid: string): Promise<void> {
    const poller = this.#pollers.get(uuid);
    this.#pollers.delete(uuid);
    await poller?.stop();
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#pollers.values()].map((poller) => poller.flush()));
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await Promise.all([...this.#pollers.keys()].map((uuid) => this.#end(uuid)));
  }
}
