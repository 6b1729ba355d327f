import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { Journal, TailBudget } from "../../storage/journal";
import { notFound, shardNotFound, streamNotFound } from "./errors";
import { type HashRange, hashOf, rangeOf } from "./hash-keys";
import { ShardLimits } from "./limits";
import {
  type NamesStream,
  nameOf,
  type OpeningShard,
  openShards,
  type Shard,
  type Stream,
  type StreamConsumer,
} from "./model";
import { sequencePrefix } from "./sequence";
import { StreamKeys } from "./stream-keys";

/** Size of the recent records, of all shards together, that stay in memory. */
const TAIL_BYTES = 24 * 1024 * 1024;
const HOUR = 3_600_000;

/** A shard in use: its journal and its throughput limits. */
export interface ShardLog {
  readonly shard: Shard;
  readonly prefix: string;
  readonly log: Journal;
  readonly limits: ShardLimits;
}

interface StreamLogs {
  readonly byId: Map<string, ShardLog>;
  /** Open shards by hash range, to route writes. */
  routes: readonly { readonly start: string; readonly shard: ShardLog }[];
}

const LARGEST_SHARD = 2 ** 31 - 1;

/** Streams (control plane) and the journals of their shards (data plane). */
export class KinesisStore {
  readonly streams: Collection<Stream>;
  readonly keys: StreamKeys;
  readonly #logs = new Map<string, StreamLogs>();
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

  /** The stream that a request names. */
  named(input: NamesStream): Stream {
    return this.stream(nameOf(input));
  }

  shard(stream: Stream, shardId: string): ShardLog {
    const { byId } = this.#logsOf(stream);
    const found = byId.get(shardId) ?? byId.get(this.#fullShardId(stream, shardId));
    if (!found) throw shardNotFound(this.#fullShardId(stream, shardId), stream, this.cloud.accountId);
    return found;
  }

  /** The stream that a request names. If it does not exist, AWS names the shard that is not found in it (kinesalite). */
  namedWithShards(input: NamesStream, ...shardIds: readonly string[]): Stream {
    const name = nameOf(input);
    const [first = ""] = shardIds.map((shardId) => this.#fullShardId({ name }, shardId));
    const stream = this.streams.get(name);
    if (!stream) throw shardNotFound(first, { name }, this.cloud.accountId);
    return stream;
  }

  /** AWS takes "0" and "shardId-0" for shardId-000000000000 (kinesalite). */
  #fullShardId({ name }: Pick<Stream, "name">, shardId: string): string {
    const digits = /^(?:.*-)?(\d+)$/.exec(shardId)?.[1];
    if (digits === undefined || Number(digits) > LARGEST_SHARD)
      throw notFound(
        `Could not find shard ${shardId} in stream ${name} under account ${this.cloud.accountId}.`,
      );
    return `shardId-${String(Number(digits)).padStart(12, "0")}`;
  }

  /** The open shard for a record. */
  route(stream: Stream, partitionKey: string, explicitHash?: string): ShardLog {
    const { routes } = this.#logsOf(stream);
    const hash = explicitHash ?? (routes.length === 1 ? "" : hashOf(partitionKey));
    return rangeOf(routes, hash).shard;
  }

  create(
    name: string,
    ranges: readonly HashRange[],
    config: Pick<Stream, "mode" | "maxRecordKiB" | "tags">,
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
      ...config,
    };
    this.streams.set(name, stream);
    this.cloud.bus.emit("kinesis:stream", { streamArn: stream.arn });
    return stream;
  }

  /** Changes a stream in place and stores it. Returns the empty output of most operations. */
  change(stream: Stream, changes: Partial<Stream>): Record<string, never> {
    this.streams.update(stream.name, (stored) => Object.assign(stored, changes));
    const logs = this.#logs.get(stream.name);
    if (logs) logs.routes = this.#routes(stream, logs);
    return {};
  }

  /** Closes shards and opens others that take over their hash ranges. */
  reshard(stream: Stream, closing: readonly string[], opening: readonly OpeningShard[]): void {
    const now = this.cloud.clock.now();
    const first = Math.max(...stream.shards.map((shard) => shard.index)) + 1;
    const born = Math.max(now, ...stream.shards.map((shard) => shard.born + 1));
    for (const { shard, log } of closing.map((id) => this.shard(stream, id)))
      Object.assign(shard, { closedAt: now, lastPosition: log.next - 1 });
    const opened = opening.map((range, at) => ({
      id: shardId(first + at),
      index: first + at,
      born,
      openedAt: now,
      ...range,
    }));
    this.change(stream, { shards: [...stream.shards, ...opened] });
    this.cloud.bus.emit("kinesis:stream", { streamArn: stream.arn });
    for (const id of closing) this.cloud.bus.emit("kinesis:records", { streamArn: stream.arn, shardId: id });
  }

  delete(stream: Stream): void {
    const { byId } = this.#logsOf(stream);
    this.streams.delete(stream.name);
    this.#logs.delete(stream.name);
    for (const { log } of byId.values()) log.remove();
    this.cloud.bus.emit("kinesis:stream", { streamArn: stream.arn });
  }

  /** A consumer by its ARN, and its stream. */
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

  /** Whether a shard's limits admit a record now. If they do, the record counts against them. */
  admitsWrite(shard: ShardLog, bytes: number): boolean {
    return this.cloud.enforceLimits === false || shard.limits.admitWrite(bytes, this.cloud.clock.now());
  }

  admitsRead(shard: ShardLog): boolean {
    return this.cloud.enforceLimits === false || shard.limits.admitRead(this.cloud.clock.now());
  }

  /** Records that arrived before this time have expired. */
  horizon(stream: Stream): number {
    return this.cloud.clock.now() - stream.retentionHours * HOUR;
  }

  /** Deletes journal files and closed shards whose records have all expired. */
  trim(): void {
    for (const stream of this.streams.values()) {
      const horizon = this.horizon(stream);
      const expired = stream.shards.filter((shard) => (shard.closedAt ?? Number.POSITIVE_INFINITY) < horizon);
      for (const { log } of this.#logsOf(stream).byId.values()) log.trimBefore(log.positionAt(horizon));
      for (const shard of expired) this.#drop(stream, shard);
    }
  }

  close(): void {
    for (const { byId } of this.#logs.values()) for (const { log } of byId.values()) log.close();
    this.#logs.clear();
  }

  #drop(stream: Stream, shard: Shard): void {
    this.shard(stream, shard.id).log.remove();
    this.#logs.get(stream.name)?.byId.delete(shard.id);
    this.change(stream, { shards: stream.shards.filter(({ id }) => id !== shard.id) });
  }

  /** The journals of a stream's shards, opened on first use. */
  #logsOf(stream: Stream): StreamLogs {
    let logs = this.#logs.get(stream.name);
    if (!logs) {
      logs = { byId: new Map(), routes: [] };
      logs.routes = this.#routes(stream, logs);
      this.#logs.set(stream.name, logs);
    }
    return logs;
  }

  #routes(stream: Stream, { byId }: StreamLogs): StreamLogs["routes"] {
    for (const shard of stream.shards)
      if (!byId.has(shard.id)) byId.set(shard.id, this.#openShard(stream, shard));
    return openShards(stream).map(({ id, start }) => ({ start, shard: byId.get(id) as ShardLog }));
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

const shardId = (index: number): string => `shardId-${String(index).padStart(12, "0")}`;
