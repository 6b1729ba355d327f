import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeStreamSummaryCommand } from "@aws-sdk/client-kinesis";
import { messageOf } from "../../../../kit/errors";
import type { Taken } from "../../../pipeline";
import { polling } from "../polling";
import type { Position } from "../position";
import { readShard } from "../read-shard";
import { abortable, type StreamReading } from "../read-stream";
import { type Page, type Reading, withRetries } from "../reading";
import { listShards, parentsOf } from "../shards";
import { type Checkpoint, checkpointAfter, positionOf, readCheckpoint } from "./checkpoint";
import { isEnded, type Lease, SHARD_END } from "./lease";
import { Heartbeats, planFor } from "./plan";
import { LeaseTable } from "./table";

export interface GroupReading extends Omit<StreamReading, "onPage"> {
  /** `begun`: the record whose first items were taken before. */
  readonly takePage: (shardId: string, page: Page, begun: Checkpoint | undefined) => Promise<Taken>;
  readonly group: {
    readonly dynamodb: DynamoDBClient;
    readonly table: string;
    /** A dead process's shards are taken over within this time. */
    readonly leaseMillis: number;
    /** Names this process; made up by default. */
    readonly worker?: string;
  };
}

/**
 * Parts of the lease time. Another process takes a lease after `silence`, and notices it a turn late at most; the holder
 * stops before that when it cannot renew.
 */
const TURN = 0.1;
const RENEW = 0.25;
const VALID = 0.5;
const SILENCE = 0.6;
/** Shards are listed once in so many turns; those of a shard that ends at once. */
const LISTING_TURNS = 10;

/** Reads the shards whose leases this process gets. Ends on abort, or without `follow` when all shards are read. */
export async function readAsGroup(reading: GroupReading): Promise<void> {
  const { group } = reading;
  await abortable(reading.signal, async (signal) => {
    const mine = { ...reading, signal };
    const table = new LeaseTable(group.dynamodb, group.table, await streamKey(mine), signal);
    await table.open();
    const wished = textOf(reading.start);
    const { position, isNew } = await table.start(wished);
    if (!isNew) reading.log(`continuing after the checkpoints of the group in ${group.table}`);
    await new Worker(mine, table, startOf(position)).run();
  });
}

async function streamKey(reading: Reading): Promise<string> {
  const command = new DescribeStreamSummaryCommand({ StreamName: reading.stream });
  const { StreamDescriptionSummary: found } = await withRetries(reading, () =>
    reading.kinesis.send(command, { abortSignal: reading.signal }),
  );
  return `${reading.stream}@${found?.StreamCreationTimestamp?.toISOString()}`;
}

/**
 * The group's start as text. LATEST becomes the present: a process that takes a shard over before its first checkpoint must
 * not skip what came in the meantime.
 */
function textOf(position: Position): string {
  if (position.type === "LATEST") return new Date().toISOString();
  return position.type === "AT_TIMESTAMP" ? position.at.toISOString() : "TRIM_HORIZON";
}

const startOf = (text: string): Position =>
  text === "TRIM_HORIZON" ? { type: text } : { type: "AT_TIMESTAMP", at: new Date(text) };

/** A lease that this process holds, while it reads the shard. */
interface Tenure {
  lease: Lease;
  /** When the last successful renewal began. */
  renewed: number;
  /** Last record that the sink has acknowledged, not saved yet when it differs from the lease's. */
  checkpoint: string | undefined;
  /** Another process has the lease, or may have it soon. */
  lost: boolean;
  /** Ends the reading. What the sink is storing is completed, and counts. */
  readonly stop: AbortController;
}

class Worker {
  readonly #me: string;
  readonly #tenures = new Map<string, Tenure>();
  readonly #reading = new Set<Promise<void>>();
  /** Shards that were read up to their tip, without `follow`. */
  readonly #finished = new Set<string>();
  readonly #heartbeats: Heartbeats;
  readonly #leaseMillis: number;
  readonly #pages;
  #listIn = 0;
  #failure: unknown;

  constructor(
    private readonly reading: GroupReading,
    private readonly table: LeaseTable,
    private readonly start: Position,
  ) {
    const { group } = reading;
    this.#me = group.worker ?? `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
    this.#leaseMillis = group.leaseMillis;
    this.#heartbeats = new Heartbeats(SILENCE * group.leaseMillis, () => performance.now());
    this.#pages = reading.pages ?? polling(reading);
  }

  async run(): Promise<void> {
    const { signal } = this.reading;
    try {
      while (!(await this.#turn())) await sleep(TURN * this.#leaseMillis, undefined, { signal });
    } catch (error) {
      this.#failure ??= error;
    }
    for (const { stop } of this.#tenures.values()) stop.abort();
    await Promise.all(this.#reading);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Renews leases, takes free ones, asks for a share. True when there is nothing left to read. */
  async #turn(): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure;
    await Promise.all([...this.#tenures.values()].map((tenure) => this.#renew(tenure)));
    if (this.#listIn-- <= 0) await this.#addShards();
    const leases = await this.table.leases();
    this.#heartbeats.observe(leases);
    const done = (lease: Lease) => this.#finished.has(lease.shardId);
    const isMine = ({ shardId }: Lease) => this.#tenures.has(shardId);
    const { take, request } = planFor(
      this.#me,
      leases,
      (lease) => !isMine(lease) && this.#heartbeats.expired(lease),
      (lease) => done(lease) || isMine(lease),
    );
    await Promise.all(take.map((lease) => this.#take(lease)));
    if (request) await this.table.request(request, this.#me);
    if (this.reading.follow || this.#tenures.size > 0) return false;
    // The holder of a renewed lease reads it to the tip itself.
    const inGoodHands = (lease: Lease) => lease.worker !== undefined && this.#heartbeats.renewed(lease);
    return leases.every((lease) => isEnded(lease) || done(lease) || inGoodHands(lease));
  }

  async #addShards(): Promise<void> {
    this.#listIn = LISTING_TURNS;
    const known = new Set((await this.table.leases()).map(({ shardId }) => shardId));
    for (const shard of await listShards(this.reading))
      if (shard.ShardId !== undefined && !known.has(shard.ShardId))
        await this.table.add(shard.ShardId, parentsOf(shard));
  }

  /** Renews a lease when it is time, or when there is a checkpoint to save. */
  async #renew(tenure: Tenure): Promise<void> {
    const age = performance.now() - tenure.renewed;
    const unsaved = tenure.checkpoint !== tenure.lease.checkpoint;
    if (!tenure.stop.signal.aborted && (unsaved || age >= RENEW * this.#leaseMillis))
      await this.#renewNow(tenure);
  }

  async #renewNow(tenure: Tenure): Promise<void> {
    const began = performance.now();
    try {
      const renewed = await this.table.renew(tenure.lease, tenure.checkpoint);
      if (renewed) {
        tenure.lease = renewed;
        tenure.renewed = began;
        if (renewed.wanted !== undefined) tenure.stop.abort();
      } else lose(tenure);
    } catch (error) {
      this.reading.log(`the lease of ${tenure.lease.shardId} cannot be renewed: ${messageOf(error)}`);
      if (!this.#valid(tenure)) lose(tenure);
    }
  }

  #valid({ renewed }: Tenure): boolean {
    return performance.now() - renewed < VALID * this.#leaseMillis;
  }

  async #take(free: Lease): Promise<void> {
    const renewed = performance.now();
    const lease = await this.table.take(free, this.#me);
    if (!lease) return;
    const { checkpoint } = lease;
    const tenure = { lease, renewed, checkpoint, lost: false, stop: new AbortController() };
    this.#tenures.set(lease.shardId, tenure);
    this.reading.onShard(lease.shardId);
    const work = this.#read(tenure)
      .catch((error: unknown) => {
        if (!this.reading.signal.aborted && !tenure.stop.signal.aborted) this.#failure ??= error;
      })
      .then(() => this.#end(tenure));
    this.#reading.add(work);
    void work.finally(() => this.#reading.delete(work));
  }

  /** Reads a shard until it ends, its tip is reached, or the lease is lost or handed over. */
  async #read(tenure: Tenure): Promise<void> {
    const { shardId, checkpoint } = tenure.lease;
    const signal = AbortSignal.any([this.reading.signal, tenure.stop.signal]);
    const shard = { ...this.reading, pages: this.#pages, signal };
    const begun = checkpoint === undefined ? undefined : readCheckpoint(checkpoint);
    const from = begun ? positionOf(begun) : this.start;
    const ended = await readShard(shard, shardId, from, async (page) => {
      // After a suspension of this process another one may have the lease.
      if (!this.#valid(tenure)) await this.#renewNow(tenure);
      signal.throwIfAborted();
      const taken = await this.reading.takePage(shardId, page, begun);
      tenure.checkpoint = checkpointAfter(page, taken, begun) ?? tenure.checkpoint;
    });
    signal.throwIfAborted();
    if (ended) tenure.checkpoint = SHARD_END;
    else this.#finished.add(shardId);
  }

  /** Gives the lease back with the last checkpoint, unless another process has it. */
  async #end(tenure: Tenure): Promise<void> {
    const { lease, checkpoint, lost, stop } = tenure;
    stop.abort();
    if (!lost)
      await this.table.release(lease, checkpoint).catch((error: unknown) => {
        this.reading.log(`the lease of ${lease.shardId} cannot be released: ${messageOf(error)}`);
      });
    this.#tenures.delete(lease.shardId);
    // The children of a shard that ended are listed in the next turn.
    if (checkpoint === SHARD_END) this.#listIn = 0;
  }
}

function lose(tenure: Tenure): void {
  tenure.lost = true;
  tenure.stop.abort();
}
