import { Worker } from "./delivery/worker";
import { type DeliveryStream, kinesisSource } from "./model";
import { DirectSource } from "./source/direct-source";
import { KinesisSource } from "./source/kinesis-source";
import type { FirehoseStore } from "./store";

/** Runs a worker for each delivery stream. */
export class Deliveries {
  readonly #workers = new Map<string, Worker>();
  readonly #direct = new Map<string, DirectSource>();

  constructor(readonly store: FirehoseStore) {}

  start(stream: DeliveryStream): void {
    const wake = () => this.#workers.get(stream.name)?.wake();
    const source = kinesisSource(stream)
      ? new KinesisSource(this.store, stream, wake)
      : new DirectSource(this.store, stream, wake);
    if (source instanceof DirectSource) this.#direct.set(stream.name, source);
    this.#workers.set(stream.name, new Worker(this.store, stream.name, source));
    wake();
  }

  /** The source of a delivery stream with Direct PUT. */
  direct(name: string): DirectSource | undefined {
    return this.#direct.get(name);
  }

  /** Ends a deleted delivery stream. As in AWS, undelivered records are lost. */
  async remove(name: string): Promise<void> {
    await this.#workers.get(name)?.stop();
    this.#direct.get(name)?.remove();
    this.#workers.delete(name);
    this.#direct.delete(name);
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.flush()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
    this.#workers.clear();
    this.#direct.clear();
  }
}
