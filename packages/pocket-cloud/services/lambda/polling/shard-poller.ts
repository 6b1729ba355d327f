import { createHash } from "node:crypto";
import { AwsError } from "../../../errors";
import { BatchProcessor, type ProcessorContext } from "./batch-processor";
import { deliverFailure } from "./failure-record";
import { passesFilters } from "./filter";
import type { SourceRecord } from "./source-record";
import { sourceOf } from "./sources";
import type { ReadRecord, StreamSource } from "./stream-source";
import type { Target } from "./target";

/** Where a shard poller stores its progress. */
export interface Progress {
  /** All records up to this sequence number are processed. */
  checkpoint(shardId: string, sequenceNumber: string): void;
  /** The shard is closed and all its records are processed. */
  drained(shardId: string): void;
}

/** A shard is read at most once a second: five reads per second are shared by all its consumers. */
const READ_INTERVAL_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

/** Reads one shard in order, distributes its records to batch processors and stores the common progress of them all. */
export class ShardPoller {
  readonly #source: StreamSource;
  readonly #processors: BatchProcessor[];
  /** Records between read and checkpoint, in order. */
  #outstanding: SourceRecord[] = [];
  #lastRead: string | undefined;
  #iterator: string | undefined;
  #lastReadAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** The shard is closed and read to its end. */
  #ended = false;
  /** A read was skipped because a processor was full. */
  #skippedRead = false;
  #reading: Promise<void> = Promise.resolve();
  #busy = false;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(
    readonly target: Target,
    readonly progress: Progress,
    readonly shardId: string,
    checkpoint: string | undefined,
  ) {
    this.#lastRead = checkpoint;
    this.#source = sourceOf(target.sourceArn);
    const context: ProcessorContext = {
      target,
      stopped: () => this.#stopped,
      discard: (records, failure) => deliverFailure(target, shardId, records, failure),
      completed: (records) => this.#completed(records),
      hasRoom: () => {
        if (this.#skippedRead) this.wake();
      },
    };
    const { ParallelizationFactor = 1 } = target.mapping;
    this.#processors = Array.from({ length: ParallelizationFactor }, () => new BatchProcessor(context));
  }

  /** Schedules a read, because the shard may have new records. */
  wake(): void {
    if (this.#cancel || this.#ended || this.#stopped) return;
    this.#schedule(Math.max(this.target.cloud.clock.now(), this.#lastReadAt + READ_INTERVAL_MS));
  }

  /** Reads and processes all records now, also those in an open batching window. */
  async flush(): Promise<void> {
    if (this.#cancel) await this.#read();
    await Promise.all(this.#processors.map((processor) => processor.run().then(() => processor.run(true))));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#reading;
    await Promise.all(this.#processors.map((processor) => processor.stop()));
  }

  #schedule(at: number): void {
    const poll = async () => {
      this.#cancel = undefined;
      await this.#read();
      await Promise.all(this.#processors.map((processor) => processor.run()));
    };
    this.#cancel ??= this.target.cloud.clock.schedule(at, poll, `poll ${this.shardId}`);
  }

  #read(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    // Records that arrive during a read may be missing from it, so another read follows.
    if (this.#busy) this.wake();
    else this.#reading = this.#readOnce();
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    // A full processor calls hasRoom when it takes its next batch.
    this.#skippedRead = this.#processors.some((processor) => processor.full);
    if (this.#stopped || this.#ended || this.#skippedRead) return;
    const { cloud } = this.target;
    this.#busy = true;
    try {
      this.#iterator ??= await this.#source.iterator(this.target, this.shardId, this.#lastRead);
      const page = await this.#source.read(this.target, this.shardId, this.#iterator);
      this.#failures = 0;
      this.#lastReadAt = cloud.clock.now();
      this.#distribute(page.records);
      this.#iterator = page.next;
      if (!this.#iterator) {
        this.#ended = true;
        this.#reportEnd();
      } else if (page.more) this.wake();
      // At the tip of the shard the iterator may expire before the next read; reading continues after #lastRead.
      else this.#iterator = undefined;
    } catch (error) {
      this.#iterator = undefined;
      this.#retry(error);
    } finally {
      this.#busy = false;
    }
  }

  #retry(error: unknown): void {
    const expired = error instanceof AwsError && error.code === "ExpiredIteratorException";
    const delay = expired ? 0 : Math.min(LONGEST_DELAY_MS, 1000 * 2 ** this.#failures++);
    if (!expired) this.target.setProblem(error);
    this.#schedule(this.target.cloud.clock.now() + delay);
  }

  #distribute(records: readonly ReadRecord[]): void {
    const { target } = this;
    const added = new Map<BatchProcessor, SourceRecord[]>();
    let filteredOut = 0;
    for (const { record, filterable } of records) {
      this.#lastRead = record.sequenceNumber;
      this.#outstanding.push(record);
      if (!passesFilters(target.patterns, filterable)) {
        record.done = true;
        filteredOut++;
        continue;
      }
      const processor = this.#processorFor(record.partitionKey);
      const list = added.get(processor);
      if (list) list.push(record);
      else added.set(processor, [record]);
    }
    target.reportEvents({ PolledEventCount: records.length, FilteredOutEventCount: filteredOut });
    for (const [processor, list] of added) processor.add(list);
    this.#advance();
  }

  #processorFor(partitionKey: string): BatchProcessor {
    const { length } = this.#processors;
    const at = length === 1 ? 0 : createHash("md5").update(partitionKey).digest().readUInt32BE(0) % length;
    return this.#processors[at] as BatchProcessor;
  }

  #completed(records: readonly SourceRecord[]): void {
    for (const record of records) record.done = true;
    this.#advance();
  }

  /** Stores as checkpoint the last record before the first one that is not done. */
  #advance(): void {
    const open = this.#outstanding.findIndex((record) => !record.done);
    const count = open < 0 ? this.#outstanding.length : open;
    const last = this.#outstanding[count - 1];
    if (last) {
      this.#outstanding = this.#outstanding.slice(count);
      this.progress.checkpoint(this.shardId, last.sequenceNumber);
    }
    this.#reportEnd();
  }

  /** Reports a closed shard whose records are all processed, so that its child shards are read. */
  #reportEnd(): void {
    if (this.#ended && this.#outstanding.length === 0) this.progress.drained(this.shardId);
  }
}
