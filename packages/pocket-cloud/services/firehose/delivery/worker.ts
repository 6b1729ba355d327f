import type { Cancel } from "../../../clock";
import { errorText } from "../../shared/error-text";
import type { Checkpoint } from "../checkpoints";
import type { DeliveryStream } from "../model";
import type { Arrived, Source } from "../source/source";
import type { FirehoseStore } from "../store";
import { prepareObjects, type S3Object } from "./objects";
import { logFailure, putObject } from "./write";

/** The source is read at most this often. AWS polls a shard once a second. */
const READ_INTERVAL_MS = 1000;
const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 300_000;

/** Objects to be written. The source is committed up to `mark` after the last of them. */
interface Delivery {
  readonly mark: Checkpoint;
  readonly left: S3Object[];
  readonly oldest: number;
}

/**
 * Delivers the records of one delivery stream: reads the source into a buffer, writes the buffer to S3 when it reaches
 * its size or age, then commits the source. A failed write is retried, and the source is not read until it succeeds.
 */
export class Worker {
  #buffer: Arrived[] = [];
  #bytes = 0;
  /** Arrival time of the oldest record in the buffer. */
  #oldest = Number.POSITIVE_INFINITY;
  #delivery: Delivery | undefined;
  #failures = 0;
  /** How often processing of this buffer has failed and been postponed. */
  #postponements = 0;
  #timer: { readonly at: number; readonly cancel: Cancel } | undefined;
  #turns: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    readonly store: FirehoseStore,
    readonly name: string,
    readonly source: Source,
  ) {}

  /** Schedules a read, because the source may have new records. */
  wake(): void {
    if (this.#failures === 0) this.#plan(this.store.cloud.clock.now() + READ_INTERVAL_MS);
  }

  /** Delivers all records now, regardless of buffering hints. */
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

  /** Turns run one after another. */
  #turn(all: boolean): Promise<void> {
    this.#turns = this.#turns.then(() => this.#work(all));
    return this.#turns;
  }

  async #work(all: boolean): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.#writeDelivery();
      while (await this.#fill()) await this.#deliver();
      if (this.#buffer.length > 0 && (all || this.#due() <= this.store.cloud.clock.now()))
        await this.#deliver();
      this.#failures = 0;
      if (this.#buffer.length > 0) this.#plan(this.#due());
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** Reads until the buffer is full (true) or the source has no more records (false). */
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

  /** When the buffer reaches its maximum age. */
  #due(): number {
    return this.#oldest + (this.#stream.destination.BufferingHints?.IntervalInSeconds ?? 300) * 1000;
  }

  async #deliver(): Promise<void> {
    const mark = this.source.mark();
    const left = await prepareObjects(this.store, this.#stream, this.#buffer, this.#postponements);
    this.#delivery = { mark, oldest: this.#oldest, left };
    this.#buffer = [];
    this.#bytes = 0;
    this.#oldest = Number.POSITIVE_INFINITY;
    this.#postponements = 0;
    await this.#writeDelivery();
  }

  async #writeDelivery(): Promise<void> {
    const delivery = this.#delivery;
    if (!delivery) return;
    for (let object = delivery.left[0]; object; object = delivery.left[0]) {
      await putObject(this.store, this.#stream, object);
      delivery.left.shift();
    }
    this.source.commit(delivery.mark);
    this.#delivery = undefined;
    this.#reportFreshness(delivery.oldest);
  }

  #reportFreshness(oldest: number): void {
    const age = Math.max(0, this.store.cloud.clock.now() - oldest) / 1000;
    this.store.report(this.name, { "DeliveryToS3.DataFreshness": age });
  }

  async #failed(error: unknown): Promise<void> {
    if (!this.#delivery && this.#buffer.length > 0) this.#postponements++;
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, LONGEST_RETRY_MS);
    this.store.cloud.log(`firehose: ${this.name}: ${errorText(error)}; retry in ${delay} ms`);
    if (this.#delivery) {
      this.store.report(this.name, { "DeliveryToS3.Success": 0 });
      this.#reportFreshness(this.#delivery.oldest);
    }
    await logFailure(this.store, this.#stream, error);
    this.#plan(this.store.cloud.clock.now() + delay);
  }
}
