import { createHash } from "node:crypto";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import type { MappingRecord } from "../store";
import { Lane, type LaneOwner } from "./lane";
import { type Origin, type SourceRecord, sourceRecord } from "./source-record";

/** What a shard's poller needs of its mapping. */
export interface ShardOwner extends Pick<LaneOwner, "settings" | "invoke" | "processed" | "retention"> {
  readonly cloud: CloudContext;
  readonly record: MappingRecord;
  readonly origin: Omit<Origin, "shardId">;
  caller(): Caller;
  giveUp(shardId: string, ...args: Parameters<LaneOwner["giveUp"]>): Promise<void>;
  wanted(record: SourceRecord, data: Uint8Array): boolean;
  checkpoint(shardId: string, sequenceNumber: string): void;
  drained(shardId: string): void;
}

/** A shard is read at most this often: five consumers share its reads. */
const READ_INTERVAL = 1000;
const LONGEST_DELAY = 60_000;

/** Reads one shard in order, deals its records to lanes, and keeps how far all of them have come. */
export class ShardPoller {
  readonly #lanes: Lane[];
  /** Read and not yet all done, in order. */
  #outstanding: SourceRecord[] = [];
  #lastRead: string | undefined;
  #iterator: string | undefined;
  #lastReadAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #ended = false;
  /** A read was put off because a lane was full. */
  #heldUp = false;
  #reading: Promise<void> = Promise.resolve();
  #busy = false;
  #cancel: (() => void) | undefined;
  stopped = false;

  constructor(
    readonly owner: ShardOwner,
    readonly shardId: string,
    after: string | undefined,
  ) {
    this.#lastRead = after;
    const laneOwner: LaneOwner = {
      clock: owner.cloud.clock,
      settings: owner.settings,
      retention: owner.retention,
      invoke: owner.invoke,
      processed: owner.processed,
      giveUp: (records, failure) => owner.giveUp(shardId, records, failure),
      completed: (records) => this.#completed(records),
      waiting: () => {
        if (this.#heldUp) this.wake();
      },
      stopped: false,
    };
    Object.defineProperty(laneOwner, "stopped", { get: () => this.stopped });
    this.#lanes = Array.from(
      { length: owner.settings.ParallelizationFactor ?? 1 },
      () => new Lane(laneOwner),
    );
  }

  /** Something may be there to read. */
  wake(): void {
    if (this.#cancel || this.#ended || this.stopped) return;
    const { clock } = this.owner.cloud;
    const at = Math.max(clock.now(), this.#lastReadAt + READ_INTERVAL);
    this.#cancel = clock.schedule(at, () => this.#tick(), `poll ${this.shardId}`);
  }

  /** Reads and processes at once what is there, whatever windows are open. */
  async flush(): Promise<void> {
    if (this.#cancel) await this.#read();
    await Promise.all(this.#lanes.map((lane) => lane.run().then(() => lane.run(true))));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.#cancel?.();
    await this.#reading;
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }

  async #tick(): Promise<void> {
    this.#cancel = undefined;
    await this.#read();
    await Promise.all(this.#lanes.map((lane) => lane.run()));
  }

  #read(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    // Asked for while a read is under way: what it missed is read after it.
    if (this.#busy) this.wake();
    else this.#reading = this.#readOnce();
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    // A full lane wakes the reader when it cuts its next batch.
    this.#heldUp = this.#lanes.some((lane) => lane.full);
    if (this.stopped || this.#ended || this.#heldUp) return;
    const { cloud } = this.owner;
    this.#busy = true;
    try {
      this.#iterator ??= await this.#freshIterator();
      const answer = await cloud.call(
        "kinesis",
        "GetRecords",
        { ShardIterator: this.#iterator, Limit: 10_000 },
        this.owner.caller(),
      );
      this.#failures = 0;
      this.#lastReadAt = cloud.clock.now();
      this.#deal(answer.Records ?? []);
      this.#iterator = answer.NextShardIterator;
      if (!this.#iterator) {
        this.#ended = true;
        this.#reportEnd();
      } else if ((answer.MillisBehindLatest ?? 0) > 0) this.wake();
      // At the tip an iterator would expire before the next wake-up; the position is kept instead.
      else this.#iterator = undefined;
    } catch (error) {
      this.#iterator = undefined;
      this.#retry(error);
    } finally {
      this.#busy = false;
    }
  }

  async #freshIterator(): Promise<string> {
    const { cloud, record, origin } = this.owner;
    const { StartingPosition, StartingPositionTimestamp } = record.configuration;
    const common = { StreamARN: origin.streamArn, ShardId: this.shardId };
    const from =
      this.#lastRead !== undefined
        ? ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: this.#lastRead } as const)
        : StartingPosition === "TRIM_HORIZON"
          ? ({ ShardIteratorType: "TRIM_HORIZON" } as const)
          : ({
              ShardIteratorType: "AT_TIMESTAMP",
              Timestamp: StartingPositionTimestamp ?? new Date(record.createdAt),
            } as const);
    const { ShardIterator } = await cloud.call(
      "kinesis",
      "GetShardIterator",
      { ...common, ...from },
      this.owner.caller(),
    );
    return ShardIterator ?? "";
  }

  #retry(error: unknown): void {
    const { cloud } = this.owner;
    const now = cloud.clock.now();
    const expired = error instanceof AwsError && error.code === "ExpiredIteratorException";
    const wait = expired ? 0 : Math.min(LONGEST_DELAY, 1000 * 2 ** this.#failures++);
    if (!expired) this.owner.processed(`PROBLEM: ${error instanceof Error ? error.message : String(error)}`);
    this.#cancel ??= cloud.clock.schedule(now + wait, () => this.#tick(), `poll ${this.shardId}`);
  }

  #deal(records: readonly Parameters<typeof sourceRecord>[0][]): void {
    const now = this.owner.cloud.clock.now();
    const origin = { ...this.owner.origin, shardId: this.shardId };
    const dealt = new Map<Lane, SourceRecord[]>();
    for (const raw of records) {
      const record = sourceRecord(raw, origin, now);
      this.#lastRead = record.sequenceNumber;
      this.#outstanding.push(record);
      if (!this.owner.wanted(record, raw.Data ?? new Uint8Array())) {
        record.done = true;
        continue;
      }
      const lane = this.#laneOf(record.partitionKey);
      const own = dealt.get(lane);
      if (own) own.push(record);
      else dealt.set(lane, [record]);
    }
    for (const [lane, own] of dealt) lane.add(own);
    this.#advance();
  }

  #laneOf(partitionKey: string): Lane {
    const lanes = this.#lanes;
    const at =
      lanes.length === 1 ? 0 : createHash("md5").update(partitionKey).digest().readUInt32BE(0) % lanes.length;
    return lanes[at] as Lane;
  }

  #completed(records: readonly SourceRecord[]): void {
    for (const record of records) record.done = true;
    this.#advance();
  }

  /** Keeps as checkpoint the last record before which nothing is open. */
  #advance(): void {
    const open = this.#outstanding.findIndex((record) => !record.done);
    const count = open < 0 ? this.#outstanding.length : open;
    const last = this.#outstanding[count - 1];
    if (last) {
      this.#outstanding = this.#outstanding.slice(count);
      this.owner.checkpoint(this.shardId, last.sequenceNumber);
    }
    this.#reportEnd();
  }

  /** A closed shard that is read to its end and all done: its children may begin. */
  #reportEnd(): void {
    if (this.#ended && this.#outstanding.length === 0) this.owner.drained(this.shardId);
  }
}
