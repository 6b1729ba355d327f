import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { Journal, TailBudget } from "../../storage/journal";
import { notFound, shardNotFound, streamNotFound } from "./errors";
import { type HashRange, hashOf, rangeOf } from "./hash-keys";
import { ShardLimits } from "./limits";
import { isOpen, openShards, type Shard, type Stream, type StreamConsumer } from "./model";
import { sequencePrefix } from "./sequence";
import { StreamKeys } from "./stream-keys";
import { Subscriptions } from "./subscriptions";

/** Recent records of all shards together kept in memory. */
const TAIL_BYTES = 24 * 1024 * 1024;
const HOUR = 3_600_000;

/** A shard at work: its journal, and what it has given and taken of late. */
export interface ShardLog {
  readonly shard: Shard;
  readonly prefix: string;
  readonly log: Journal;
  readonly limits: ShardLimits;
}

interface Running {
  readonly byId: Map<string, ShardLog>;
  /** Open shards by hash range, to route writes. */
  routes: readonly { readonly start: string; readonly shard: ShardLog }[];
}

/** Streams (control plane) and the journals of their shards (data plane). */
export class KinesisStore {
  readonly streams: Collection<Stream>;
  readonly subscriptions = new Subscriptions(this);
  readonly keys: StreamKeys;
  readonly #running = new Map<string, Running>();
  readonly #tail = new TailBudget(TAIL_BYTES);
  readonly #dir: string;

  constructor(readonly cloud: CloudContext) {
    this.keys = new StreamKeys(cloud);
    this.#dir = join(cloud.dir, "kinesis");
    this.streams = new Collection<Stream>(this.#dir, "streams");
  }

  arn(name: string): string {
    return `arn:aws:kinesis:${this.cloud.region}:${this.cloud.accountId}:stream/${name}`;
  }

  stream(name: string): Stream {
    const stream = this.streams.get(name);
    if (!stream) throw streamNotFound(name, this.cloud.accountId);
    return stream;
  }

  shard(stream: Stream, shardId: string): ShardLog {
    const found = this.#of(stream).byId.get(shardId);
    if (!found) throw shardNotFound(shardId, stream, this.cloud.accountId);
    return found;
  }

  /** The open shard a record belongs to. */
  route(stream: Stream, partitionKey: string, explicitHash?: string): ShardLog {
    const { routes } = this.#of(stream);
    const hash = explicitHash ?? (routes.length === 1 ? "" : hashOf(partitionKey));
    return rangeOf(routes, hash).shard;
  }

  create(
    name: string,
    ranges: readonly HashRange[],
    settings: Pick<Stream, "mode" | "maxRecordKiB" | "tags">,
  ): Stream {
    const now = this.cloud.clock.now();
    const stream: Stream = {
      name,
      arn: this.arn(name),
      createdAt: new Date(now),
      folder: `${name}-${randomUUID().slice(0, 8)}`,
      retentionHours: 24,
      enhancedMetrics: [],
      shards: ranges.map((range, index) => ({
        id: shardId(index),
        index,
        born: now,
        openedAt: now,
        ...range,
      })),
      consumers: [],
      policies: {},
      ...settings,
    };
    this.streams.set(name, stream);
    this.cloud.bus.emit("kinesis:stream", { streamArn: stream.arn });
    return stream;
  }

  /** Changes a stream's record; writes are routed anew. */
  change(stream: Stream, change: (stream: Stream) => void): void {
    this.streams.update(stream.name, change);
    const running = this.#running.get(stream.name);
    if (running) running.routes = this.#routes(stream, running);
  }

  /** Closes shards and opens others in their place. */
  reshard(stream: Stream, closing: readonly string[], opening: readonly (HashRange & Parents)[]): void {
    const now = this.cloud.clock.now();
    const first = Math.max(...stream.shards.map((shard) => shard.index)) + 1;
    const born = Math.max(now, ...stream.shards.map((shard) => shard.born + 1));
    const lastPositions = closing.map((id) => this.shard(stream, id).log.next - 1);
    this.change(stream, ({ shards }) => {
      for (const [at, id] of closing.entries()) {
        const shard = shards.find((candidate) => candidate.id === id);
        if (shard) Object.assign(shard, { closedAt: now, lastPosition: lastPositions[at] });
      }
      shards.push(
        ...opening.map((range, at) => ({
          id: shardId(first + at),
          index: first + at,
          born,
          openedAt: now,
          ...range,
        })),
      );
    });
    this.cloud.bus.emit("kinesis:stream", { streamArn: stream.arn });
    for (const id of closing) this.cloud.bus.emit("kinesis:records", { streamArn: stream.arn, shardId: id });
  }

  delete(stream: Stream): void {
    const { byId } = this.#of(stream);
    this.streams.delete(stream.name);
    this.#running.delete(stream.name);
    for (const { log } of byId.values()) log.remove();
    this.cloud.bus.emit("kinesis:stream", { streamArn: stream.arn });
  }

  /** The consumer behind an ARN, and its stream. */
  consumer(arn: string): { stream: Stream; consumer: StreamConsumer } {
    for (const stream of this.streams.values())
      for (const consumer of stream.consumers) if (consumer.arn === arn) return { stream, consumer };
    throw notFound(`Consumer ${arn} under account ${this.cloud.accountId} not found.`);
  }

  /** The resource policy on a stream or a consumer. */
  policyOf(arn: string): string | undefined {
    const name = arn.slice(this.arn("").length).split("/")[0] ?? "";
    return this.streams.get(name)?.policies[arn];
  }

  /** Whether a shard has room for a record now; takes it up. */
  admits(shard: ShardLog, bytes: number): boolean {
    return this.cloud.enforceLimits === false || shard.limits.write(bytes, this.cloud.clock.now());
  }

  admitsRead(shard: ShardLog): boolean {
    return this.cloud.enforceLimits === false || shard.limits.read(this.cloud.clock.now());
  }

  /** Reports a figure of AWS/Kinesis. */
  metric(stream: Stream, name: string, value: number, unit: string): void {
    const dimensions = { StreamName: stream.name };
    this.cloud.bus.emit("metric:datum", { namespace: "AWS/Kinesis", name, dimensions, value, unit });
  }

  /** Arrival time before which records have expired. */
  horizon(stream: Stream): number {
    return this.cloud.clock.now() - stream.retentionHours * HOUR;
  }

  /** Deletes journal files, and closed shards, all of whose records have expired. */
  trim(): void {
    for (const stream of this.streams.values()) {
      const horizon = this.horizon(stream);
      const expired = stream.shards.filter((shard) => (shard.closedAt ?? Number.POSITIVE_INFINITY) < horizon);
      for (const { log } of this.#of(stream).byId.values()) log.trimBefore(log.positionAt(horizon));
      for (const shard of expired) this.#drop(stream, shard);
    }
  }

  close(): void {
    this.subscriptions.end();
    for (const { byId } of this.#running.values()) for (const { log } of byId.values()) log.close();
    this.#running.clear();
  }

  #drop(stream: Stream, shard: Shard): void {
    this.shard(stream, shard.id).log.remove();
    this.#running.get(stream.name)?.byId.delete(shard.id);
    this.change(stream, (changing) => {
      changing.shards = changing.shards.filter(({ id }) => id !== shard.id);
    });
  }

  #of(stream: Stream): Running {
    let running = this.#running.get(stream.name);
    if (!running) {
      running = { byId: new Map(), routes: [] };
      running.routes = this.#routes(stream, running);
      this.#running.set(stream.name, running);
    }
    return running;
  }

  #routes(stream: Stream, running: Running): Running["routes"] {
    for (const shard of stream.shards)
      if (!running.byId.has(shard.id)) running.byId.set(shard.id, this.#openShard(stream, shard));
    return openShards(stream).map((shard) => ({
      start: shard.start,
      shard: running.byId.get(shard.id) as ShardLog,
    }));
  }

  #openShard(stream: Stream, shard: Shard): ShardLog {
    const log = new Journal(join(this.#dir, stream.folder, shard.id), {
      tail: this.#tail,
      segmentMillis: Math.max(HOUR, (stream.retentionHours * HOUR) / 24),
      onDropped: (bytes, path) =>
        this.cloud.log(`kinesis: dropped ${bytes} bytes of an unfinished write in ${path}`),
    });
    return { shard, prefix: sequencePrefix(shard), log, limits: new ShardLimits(this.cloud.clock.now()) };
  }
}

export interface Parents {
  readonly parent?: string;
  readonly adjacentParent?: string;
}

const shardId = (index: number): string => `shardId-${String(index).padStart(12, "0")}`;

export const openShardCount = (stream: Stream): number => stream.shards.filter(isOpen).length;
