import { AwsError } from "../../../errors";
import type { Invoked } from "../runtime/invocation";
import { batchResult } from "./batch-response";
import type { Failure } from "./failure-record";
import { eventOf, fitting, type SourceRecord } from "./source-record";
import type { Target } from "./target";

/** What a batch processor needs of its shard's poller. */
export interface ProcessorContext {
  readonly target: Target;
  stopped(): boolean;
  /** Sends a discarded batch to the on-failure destination; rejects when the destination refuses it. */
  discard(records: readonly SourceRecord[], failure: Failure): Promise<void>;
  completed(records: readonly SourceRecord[]): void;
  /** Called when a batch leaves the queue, so that the poller can read more records. */
  hasRoom(): void;
}

interface Batch {
  readonly records: readonly SourceRecord[];
  /** Failed invocations that count against MaximumRetryAttempts. */
  attempts: number;
  invocations: number;
  /** Consecutive delays, for any reason. Each is longer than the one before. */
  delays: number;
  notBefore: number;
  last?: Invoked | undefined;
  /** Set when the batch is to be discarded. */
  condition?: Failure["condition"];
}

/** The default retention of streams. A mapping without MaximumRecordAgeInSeconds discards older records. */
const RETENTION_MS = 24 * 3600_000;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

/**
 * Processes records strictly in order, one batch at a time: those of a shard, or with a ParallelizationFactor those of
 * one part of its partition keys.
 */
export class BatchProcessor {
  #queue: SourceRecord[] = [];
  /** Batches in the order of their records; bisection makes several of one. */
  #batches: Batch[] = [];
  #running: Promise<void> = Promise.resolve();
  #busy = false;
  #cancel: (() => void) | undefined;

  constructor(readonly context: ProcessorContext) {}

  /** Whether the queue holds a whole batch. The poller then reads no more records. */
  get full(): boolean {
    return fitting(this.#queue, this.#mapping.BatchSize ?? 100).full;
  }

  get #mapping() {
    return this.context.target.mapping;
  }

  get #now(): number {
    return this.context.target.cloud.clock.now();
  }

  add(records: readonly SourceRecord[]): void {
    this.#queue.push(...records);
  }

  /** Processes all batches that are due. With `flush`, an open batching window counts as ended. */
  run(flush = false): Promise<void> {
    if (!this.#busy) this.#running = this.#processDue(flush);
    return this.#running;
  }

  stop(): Promise<void> {
    this.#cancel?.();
    return this.#running;
  }

  async #processDue(flush: boolean): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#busy = true;
    try {
      while (!this.context.stopped()) {
        const batch = this.#batches[0] ?? this.#nextBatch(flush);
        if (!batch) return;
        if (batch.notBefore > this.#now) return this.#wakeAt(batch.notBefore);
        await this.#process(batch);
      }
    } finally {
      this.#busy = false;
    }
  }

  #wakeAt(at: number): void {
    this.#cancel = this.context.target.cloud.clock.schedule(at, () => this.run(), "event source mapping");
  }

  /** Takes a batch off the queue; undefined while the batching window is open. */
  #nextBatch(flush: boolean): Batch | undefined {
    const first = this.#queue[0];
    if (!first) return undefined;
    const { BatchSize = 100, MaximumBatchingWindowInSeconds = 0 } = this.#mapping;
    const { count, full } = fitting(this.#queue, BatchSize);
    const deadline = first.readAt + MaximumBatchingWindowInSeconds * 1000;
    if (!full && !flush && deadline > this.#now) {
      this.#wakeAt(deadline);
      return undefined;
    }
    const batch = batchOf(this.#queue.slice(0, count), 0, 0);
    this.#queue = this.#queue.slice(count);
    this.#batches.push(batch);
    this.context.hasRoom();
    return batch;
  }

  async #process(batch: Batch): Promise<void> {
    if (batch.condition) return this.#discard(batch, batch.condition);
    if (this.#splitOffExpired(batch)) return;
    const { target } = this.context;
    const { arrival } = batch.records.at(-1) as SourceRecord;
    target.store.metrics.ofFunction(target.functionName, { IteratorAge: Math.max(0, this.#now - arrival) });
    try {
      batch.last = await target.invoke(eventOf(batch.records));
    } catch (error) {
      // The function was throttled or could not start, which is not a failed attempt.
      target.setResult(
        `PROBLEM: ${error instanceof AwsError ? error.message : "Internal Lambda error. Please contact Lambda customer support."}`,
      );
      return void delay(batch, this.#now);
    }
    batch.invocations++;
    this.#finish(batch, batch.last);
  }

  /** Completes, retries, shortens or bisects the first batch after an invocation. */
  #finish(batch: Batch, invoked: Invoked): void {
    const { target } = this.context;
    const { records } = batch;
    const ids = records.map((record) => record.sequenceNumber);
    const result = batchResult(invoked, ids, target.reportsItemFailures);
    const succeeded =
      result.kind === "succeeded" ? ids.length : result.kind === "failed from" ? result.index : 0;
    target.reportEvents({
      InvokedEventCount: ids.length,
      ...(succeeded < ids.length && { FailedInvokeEventCount: ids.length - succeeded }),
    });
    target.setResult(result.kind === "succeeded" ? "OK" : "PROBLEM: Function call failed");
    if (result.kind === "succeeded") {
      this.#replace();
      this.context.completed(records);
      return;
    }
    const bisects = this.#mapping.BisectBatchOnFunctionError ?? false;
    const failedFrom = result.kind === "failed from" ? result.index : 0;
    if (failedFrom > 0) {
      const attempts = batch.attempts + (bisects ? 0 : 1);
      const rest = batchOf(records.slice(failedFrom), attempts, batch.invocations);
      rest.last = invoked;
      this.#replace(this.#retry(rest));
      this.context.completed(records.slice(0, failedFrom));
    } else if (bisects && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      const [first, second] = [records.slice(0, middle), records.slice(middle)].map((half) => ({
        ...batchOf(half, batch.attempts, batch.invocations),
        delays: batch.delays,
      })) as [Batch, Batch];
      this.#replace(delay(first, this.#now), second);
    } else {
      batch.attempts++;
      this.#retry(batch);
    }
  }

  /** Delays the batch, or marks it for discarding when its retries are exhausted. */
  #retry(batch: Batch): Batch {
    const { MaximumRetryAttempts = -1 } = this.#mapping;
    if (MaximumRetryAttempts < 0 || batch.attempts <= MaximumRetryAttempts) return delay(batch, this.#now);
    batch.condition = "RetryAttemptsExhausted";
    return batch;
  }

  /** Moves the records that are too old into a separate batch, to be discarded. */
  #splitOffExpired(batch: Batch): boolean {
    const { MaximumRecordAgeInSeconds: seconds = -1 } = this.#mapping;
    const oldest = this.#now - (seconds < 0 ? RETENTION_MS : seconds * 1000);
    const young = batch.records.findIndex((record) => record.arrival >= oldest);
    if (young === 0) return false;
    const count = young < 0 ? batch.records.length : young;
    const expired = batchOf(batch.records.slice(0, count), batch.attempts, batch.invocations);
    expired.condition = "RecordAgeExceeded";
    const rest = batchOf(batch.records.slice(count), batch.attempts, batch.invocations);
    this.#replace(expired, ...(rest.records.length > 0 ? [rest] : []));
    return true;
  }

  async #discard(batch: Batch, condition: Failure["condition"]): Promise<void> {
    const { last, invocations } = batch;
    try {
      await this.context.discard(batch.records, { condition, invocations, last });
    } catch {
      this.context.target.reportDestinationFailure();
      return void delay(batch, this.#now);
    }
    const { length } = batch.records;
    this.context.target.reportEvents(
      this.#mapping.DestinationConfig?.OnFailure?.Destination
        ? { OnFailureDestinationDeliveredEventCount: length }
        : { DroppedEventCount: length },
    );
    this.#replace();
    this.context.completed(batch.records);
  }

  /** Puts other batches, or none, in the place of the first one. */
  #replace(...batches: Batch[]): void {
    this.#batches.splice(0, 1, ...batches);
  }
}

const batchOf = (records: readonly SourceRecord[], attempts: number, invocations: number): Batch => ({
  records,
  attempts,
  invocations,
  delays: 0,
  notBefore: 0,
});

function delay(batch: Batch, now: number): Batch {
  batch.notBefore = now + Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** batch.delays++);
  return batch;
}
