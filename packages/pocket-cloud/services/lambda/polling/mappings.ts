import type { CloudContext } from "../../../service";
import type { Runtime } from "../runtime/runtime";
import type { LambdaStore, MappingRecord } from "../store";
import { forgetCheckpoints, StreamPoller } from "./poller";
import { QueuePoller } from "./queue-poller";

/** What polls an event source for a mapping. */
export interface Poller {
  refresh(): void;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Runs a poller for every enabled mapping. */
export class Mappings {
  readonly #pollers = new Map<string, Poller>();
  readonly #unsubscribe: (() => void)[] = [];

  constructor(
    readonly cloud: CloudContext,
    readonly store: LambdaStore,
    readonly runtime: Runtime,
  ) {}

  start(): void {
    const { bus } = this.cloud;
    const ofStream = (arn: string) =>
      [...this.#pollers.values()].filter(
        (poller) => poller instanceof StreamPoller && poller.streamArn === arn,
      ) as StreamPoller[];
    this.#unsubscribe.push(
      bus.on("kinesis:records", (event) => {
        for (const poller of ofStream(event.streamArn)) poller.wake(event.shardId);
      }),
      bus.on("kinesis:stream", (event) => {
        for (const poller of ofStream(event.streamArn)) poller.refresh();
      }),
    );
    this.#unsubscribe.push(
      bus.on("sqs:message", ({ queueArn, at }) => {
        for (const poller of this.#pollers.values())
          if (poller instanceof QueuePoller && poller.queueArn === queueArn) poller.wake(at);
      }),
    );
    for (const record of this.store.mappings.values()) this.#run(record);
  }

  /** Takes up a mapping that is new or changed. */
  async apply(record: MappingRecord): Promise<void> {
    await this.#end(record.configuration.UUID ?? "");
    this.#run(record);
  }

  async remove(uuid: string): Promise<void> {
    await this.#end(uuid);
    forgetCheckpoints(this.store, uuid);
  }

  #run(record: MappingRecord): void {
    if (record.configuration.State !== "Enabled") return;
    const Source = record.configuration.EventSourceArn?.includes(":sqs:") ? QueuePoller : StreamPoller;
    const poller = new Source(this.cloud, this.store, this.runtime, record);
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
