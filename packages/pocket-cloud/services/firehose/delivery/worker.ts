import type { Cancel } from "../../../clock";
import type { Checkpoint } from "../checkpoints";
import type { DeliveryStream } from "../model";
import type { Arrived, Source } from "../source/source";
import type { FirehoseStore } from "../store";
import { type Patience, prepareObjects, type S3Object } from "./objects";
import { putObject } from "./put";
import { reportFailure } from "./report";

/** The source is read at most this often, as AWS polls a shard once a second. */
const READ_EVERY = 1000;
const FIRST_RETRY = 5000;
const LONGEST_RETRY = 300_000;

/** Objects being written; the source is committed when the last of them is in S3. */
interface Delivery {
  readonly mark: Checkpoint;
  readonly left: S3Object[];
  readonly oldest: number;
}

/**
 * Moves one delivery stream's records from its source to S3: fills a buffer, cuts it by size or age on the clock,
 * writes it, and only then commits the source. A refused write is tried again, and nothing further read meanwhile.
 */
export class Worker {
  #buffer: Arrived[] = [];
  #bytes = 0;
  /** Arrival of the oldest record in the buffer. */
  #oldest = Number.POSITIVE_INFINITY;
  #delivery: Delivery | undefined;
  #failures = 0;
  /** How often making objects of this buffer has been put off. */
  readonly #patience: Patience = { spent: 0 };
  #timer: { readonly at: number; readonly cancel: Cancel } | undefined;
  #turns: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    readonly store: FirehoseStore,
    readonly name: string,
    readonly source: Source,
  ) {}

  /** There may be records to read. */
  wake(): void {
    if (this.#failures === 0) this.#plan(this.store.cloud.clock.now() + READ_EVERY);
  }

  /** Delivers all there is, whatever buffers would wait for. */
  async flush(): Promise<void> {
    await this.#turn(true);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#turns;
    this.source.close();
  }

  get #stream(): DeliveryStream {
    return this.store.stream(this.name);
  }

  #plan(at: number): void {
    if (this.#stopped || (this.#timer && this.#timer.at <= at)) return;
    this.#timer?.cancel();
    const cancel = this.store.cloud.clock.schedule(
      at,
      () => {
        this.#timer = undefined;
        return this.#turn(false);
      },
      `firehose: ${this.name}`,
    );
    this.#timer = { at, cancel };
  }

  /** One turn at a time. */
  #turn(all: boolean): Promise<void> {
    this.#turns = this.#turns.then(() => this.#work(all));
    return this.#turns;
  }

  async #work(all: boolean): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.#deliverWaiting();
      while (await this.#fill()) await this.#cut();
      if (this.#buffer.length > 0 && (all || this.#due() <= this.store.cloud.clock.now())) await this.#cut();
      this.#failures = 0;
      if (this.#buffer.length > 0) this.#plan(this.#due());
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** Reads until the buffer is full (true) or the source has nothing more (false). */
  async #fill(): Promise<boolean> {
    const limit = (this.#stream.destination.BufferingHints?.SizeInMBs ?? 5) * 1024 * 1024;
    while (this.#bytes < limit) {
      const records = await this.source.read();
      if (!records) return false;
      for (const record of records) {
        this.#buffer.push(record);
        this.#bytes += record.data.byteLength;
        this.#oldest = Math.min(this.#oldest, record.time);
      }
    }
    return true;
  }

  /** When the buffer's age makes it due. */
  #due(): number {
    return this.#oldest + (this.#stream.destination.BufferingHints?.IntervalInSeconds ?? 300) * 1000;
  }

  async #cut(): Promise<void> {
    const mark = this.source.mark();
    const left = await prepareObjects(this.store, this.#stream, this.#buffer, this.#patience);
    this.#delivery = { mark, oldest: this.#oldest, left };
    this.#buffer = [];
    this.#bytes = 0;
    this.#oldest = Number.POSITIVE_INFINITY;
    this.#patience.spent = 0;
    await this.#deliverWaiting();
  }

  async #deliverWaiting(): Promise<void> {
    const delivery = this.#delivery;
    if (!delivery) return;
    for (let object = delivery.left[0]; object; object = delivery.left[0]) {
      await putObject(this.store, this.#stream, object);
      delivery.left.shift();
    }
    this.source.commit(delivery.mark);
    this.#delivery = undefined;
    this.#freshness(delivery.oldest);
  }

  #freshness(oldest: number): void {
    const age = Math.max(0, this.store.cloud.clock.now() - oldest) / 1000;
    this.store.metric("DeliveryToS3.DataFreshness", this.name, age, "Seconds");
  }

  async #failed(error: unknown): Promise<void> {
    if (!this.#delivery && this.#buffer.length > 0) this.#patience.spent++;
    const delay = Math.min(FIRST_RETRY * 2 ** this.#failures++, LONGEST_RETRY);
    this.store.cloud.log(
      `firehose: ${this.name}: ${error instanceof Error ? error.message : error}; retry in ${delay} ms`,
    );
    if (this.#delivery) {
      this.store.metric("DeliveryToS3.Success", this.name, 0, "Count");
      this.#freshness(this.#delivery.oldest);
    }
    await reportFailure(this.store, this.#stream, error);
    this.#plan(this.store.cloud.clock.now() + delay);
  }
}
