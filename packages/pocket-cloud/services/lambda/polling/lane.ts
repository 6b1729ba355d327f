import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import type { Clock } from "../../../clock";
import { AwsError } from "../../../errors";
import type { Invoked } from "../runtime/runtime";
import type { Failure } from "./failure";
import { eventOf, fitting, type SourceRecord } from "./source-record";
import { verdictOf } from "./verdict";

/** What a lane needs of its mapping. */
export interface LaneOwner {
  readonly clock: Clock;
  readonly settings: EventSourceMappingConfiguration;
  /** Milliseconds a record stays in the stream: what a mapping without limits gives up at. */
  readonly retention: number;
  readonly stopped: boolean;
  invoke(payload: string): Promise<Invoked>;
  /** Sends what is given up to the on-failure destination; rejects while the destination refuses. */
  giveUp(records: readonly SourceRecord[], failure: Failure): Promise<void>;
  completed(records: readonly SourceRecord[]): void;
  processed(result: string): void;
  waiting(lane: Lane): void;
}

interface Batch {
  readonly records: readonly SourceRecord[];
  /** Failed invocations that count as attempts. */
  attempts: number;
  invocations: number;
  /** Consecutive delays of any cause; they lengthen. */
  delays: number;
  notBefore: number;
  last?: Invoked;
  /** Why it goes to the failure destination. */
  condition?: Failure["condition"];
}

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 60_000;

/** Records of one shard (or of one of its parallel parts) processed strictly in order, a batch at a time. */
export class Lane {
  #queue: SourceRecord[] = [];
  #batches: Batch[] = [];
  #running: Promise<void> = Promise.resolve();
  #busy = false;
  #cancel: (() => void) | undefined;

  constructor(readonly owner: LaneOwner) {}

  get idle(): boolean {
    return this.#queue.length === 0 && this.#batches.length === 0;
  }

  /** A whole batch waits: reading on would only pile up. */
  get full(): boolean {
    return fitting(this.#queue, this.owner.settings.BatchSize ?? 100).full;
  }

  add(records: readonly SourceRecord[]): void {
    this.#queue.push(...records);
  }

  /** Processes all that is due; `now` cuts the open window short. */
  run(now = false): Promise<void> {
    if (!this.#busy) this.#running = this.#loop(now);
    return this.#running;
  }

  stop(): Promise<void> {
    this.#cancel?.();
    return this.#running;
  }

  async #loop(now: boolean): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#busy = true;
    try {
      while (!this.owner.stopped) {
        const batch = this.#batches[0] ?? this.#cut(now);
        if (!batch) return;
        if (batch.notBefore > this.owner.clock.now()) return this.#wake(batch.notBefore);
        await this.#process(batch);
      }
    } finally {
      this.#busy = false;
    }
  }

  #wake(at: number): void {
    this.#cancel = this.owner.clock.schedule(at, () => this.run(), "event source mapping");
  }

  #cut(now: boolean): Batch | undefined {
    const first = this.#queue[0];
    if (!first) return undefined;
    const { BatchSize = 100, MaximumBatchingWindowInSeconds = 0 } = this.owner.settings;
    const { count, full } = fitting(this.#queue, BatchSize);
    const deadline = first.readAt + MaximumBatchingWindowInSeconds * 1000;
    if (!full && !now && deadline > this.owner.clock.now()) {
      this.#wake(deadline);
      return undefined;
    }
    const batch = batchOf(this.#queue.slice(0, count), 0, 0);
    this.#queue = this.#queue.slice(count);
    this.#batches.push(batch);
    this.owner.waiting(this);
    return batch;
  }

  async #process(batch: Batch): Promise<void> {
    if (batch.condition) return this.#giveUp(batch, batch.condition);
    if (this.#splitExpired(batch)) return;
    let invoked: Invoked;
    try {
      invoked = await this.owner.invoke(eventOf(batch.records));
    } catch (error) {
      // Throttled, or the function cannot be started: not an attempt.
      this.owner.processed(
        `PROBLEM: ${error instanceof AwsError ? error.message : "Internal Lambda error. Please contact Lambda customer support."}`,
      );
      return void delay(batch, this.owner.clock.now());
    }
    batch.invocations++;
    batch.last = invoked;
    this.#judge(batch, invoked);
  }

  #judge(batch: Batch, invoked: Invoked): void {
    const {
      FunctionResponseTypes,
      BisectBatchOnFunctionError,
      MaximumRetryAttempts = -1,
    } = this.owner.settings;
    const { records } = batch;
    const reporting = FunctionResponseTypes?.includes("ReportBatchItemFailures") ?? false;
    const verdict = verdictOf(
      invoked,
      records.map((record) => record.sequenceNumber),
      reporting,
    );
    this.owner.processed(verdict.kind === "done" ? "OK" : "PROBLEM: Function call failed");
    if (verdict.kind === "done") {
      this.#replace();
      this.owner.completed(records);
      return;
    }
    const now = this.owner.clock.now();
    const at = verdict.kind === "from" ? verdict.index : 0;
    if (at > 0) {
      const rest = batchOf(
        records.slice(at),
        batch.attempts + (BisectBatchOnFunctionError ? 0 : 1),
        batch.invocations,
      );
      rest.last = invoked;
      this.#replace(this.#spent(rest, MaximumRetryAttempts) ?? delay(rest, now));
      this.owner.completed(records.slice(0, at));
    } else if (BisectBatchOnFunctionError && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      const halves = [records.slice(0, middle), records.slice(middle)].map((half) =>
        batchOf(half, batch.attempts, batch.invocations),
      );
      for (const half of halves) half.delays = batch.delays;
      if (halves[0]) delay(halves[0], now);
      this.#replace(...halves);
    } else {
      batch.attempts++;
      if (!this.#spent(batch, MaximumRetryAttempts)) delay(batch, now);
    }
  }

  #spent(batch: Batch, retries: number): Batch | undefined {
    if (retries < 0 || batch.attempts <= retries) return undefined;
    batch.condition = "RetryAttemptsExhausted";
    return batch;
  }

  /** Records older than the mapping allows leave the batch before it is tried. */
  #splitExpired(batch: Batch): boolean {
    const limit = this.owner.settings.MaximumRecordAgeInSeconds ?? -1;
    const age = limit < 0 ? this.owner.retention : limit * 1000;
    const oldest = this.owner.clock.now() - age;
    const young = batch.records.findIndex((record) => record.arrival >= oldest);
    if (young === 0) return false;
    const count = young < 0 ? batch.records.length : young;
    const expired = batchOf(batch.records.slice(0, count), batch.attempts, batch.invocations);
    expired.condition = "RecordAgeExceeded";
    const rest = batchOf(batch.records.slice(count), batch.attempts, batch.invocations);
    this.#replace(expired, ...(rest.records.length > 0 ? [rest] : []));
    return true;
  }

  async #giveUp(batch: Batch, condition: Failure["condition"]): Promise<void> {
    const { last, invocations } = batch;
    try {
      await this.owner.giveUp(batch.records, { condition, invocations, ...(last && { last }) });
    } catch {
      return void delay(batch, this.owner.clock.now());
    }
    this.#replace();
    this.owner.completed(batch.records);
  }

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
  batch.notBefore = now + Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** batch.delays++);
  return batch;
}
