import type { KinesisStreamSourceDescription } from "@aws-sdk/client-firehose";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import { allShards } from "../../kinesis/all-shards";
import type { Checkpoint, ShardCheckpoint } from "../checkpoints";
import { type DeliveryStream, kinesisSource } from "../model";
import type { FirehoseStore } from "../store";
import { deaggregateKpl } from "./aggregated";
import type { Arrived, Source } from "./source";

interface ShardReader {
  readonly parents: readonly string[];
  at: ShardCheckpoint;
  iterator?: string | undefined;
}

/** Reads a data stream in the delivery stream's role: each shard from its checkpoint, parents before children. */
export class KinesisSource implements Source {
  readonly #source: KinesisStreamSourceDescription;
  readonly #shards = new Map<string, ShardReader>();
  /** Shards that may have records to read. */
  readonly #pending = new Set<string>();
  #listed = false;
  readonly #unsubscribe: readonly (() => void)[];

  constructor(
    readonly store: FirehoseStore,
    readonly stream: DeliveryStream,
    wake: () => void,
  ) {
    this.#source = kinesisSource(stream) ?? {};
    const { KinesisStreamARN } = this.#source;
    this.#unsubscribe = [
      store.cloud.bus.on("kinesis:records", ({ streamArn, shardId }) => {
        if (streamArn !== KinesisStreamARN) return;
        this.#pending.add(shardId);
        wake();
      }),
      store.cloud.bus.on("kinesis:stream", ({ streamArn }) => {
        if (streamArn !== KinesisStreamARN) return;
        this.#listed = false;
        wake();
      }),
    ];
  }

  async read(): Promise<readonly Arrived[] | undefined> {
    const caller = this.store.caller(this.stream, this.#source.RoleARN);
    if (!this.#listed) await this.#listShards(caller);
    for (const shardId of [...this.#pending]) {
      const shard = this.#shards.get(shardId);
      if (!shard || shard.at.ended) this.#pending.delete(shardId);
      else if (shard.parents.every((id) => this.#shards.get(id)?.at.ended ?? true)) {
        const records = await this.#readShard(caller, shardId, shard);
        if (records.length > 0) return records;
      }
    }
    return undefined;
  }

  mark(): Checkpoint {
    return { shards: Object.fromEntries([...this.#shards].map(([id, { at }]) => [id, at])) };
  }

  commit(mark: Checkpoint): void {
    this.store.checkpoints.set(this.stream.name, mark);
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  async #listShards(caller: Caller): Promise<void> {
    const committed = this.store.checkpoints.get(this.stream.name)?.shards ?? {};
    // Set before the call, because a change of the stream during the call resets it.
    this.#listed = true;
    const shards = await allShards(this.store.cloud, this.#source.KinesisStreamARN ?? "", caller).catch(
      (error: unknown) => {
        this.#listed = false;
        throw error;
      },
    );
    for (const { ShardId = "", ParentShardId, AdjacentParentShardId } of shards) {
      if (this.#shards.has(ShardId)) continue;
      const parents = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);
      this.#shards.set(ShardId, { parents, at: committed[ShardId] ?? {} });
      this.#pending.add(ShardId);
    }
    const listed = new Set(shards.map(({ ShardId }) => ShardId));
    for (const id of this.#shards.keys()) if (!listed.has(id)) this.#shards.delete(id);
  }

  async #readShard(caller: Caller, shardId: string, shard: ShardReader): Promise<Arrived[]> {
    const { cloud } = this.store;
    this.#pending.delete(shardId);
    try {
      shard.iterator ??= await this.#newIterator(caller, shardId, shard);
      const input = { ShardIterator: shard.iterator, StreamARN: this.#source.KinesisStreamARN };
      const output = await cloud.call("kinesis", "GetRecords", input, caller);
      const { Records = [], NextShardIterator, MillisBehindLatest = 0 } = output;
      this.store.report(this.stream.name, {
        "DataReadFromKinesisStream.Records": Records.length,
        "DataReadFromKinesisStream.Bytes": Records.reduce(
          (sum, { Data }) => sum + (Data?.byteLength ?? 0),
          0,
        ),
        KinesisMillisBehindLatest: MillisBehindLatest,
      });
      shard.iterator = NextShardIterator;
      const sequence = Records.at(-1)?.SequenceNumber ?? shard.at.sequence;
      shard.at = { ...(sequence !== undefined && { sequence }), ...(!NextShardIterator && { ended: true }) };
      if (MillisBehindLatest > 0) this.#pending.add(shardId);
      if (shard.at.ended)
        for (const [id, { parents }] of this.#shards) if (parents.includes(shardId)) this.#pending.add(id);
      return Records.flatMap(({ SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp }) => {
        const origin = { shardId, sequenceNumber: SequenceNumber ?? "", partitionKey: PartitionKey ?? "" };
        const time = ApproximateArrivalTimestamp?.getTime() ?? cloud.clock.now();
        return deaggregateKpl(asBuffer(Data)).map((data) => ({ data, time, origin }));
      });
    } catch (error) {
      this.#pending.add(shardId);
      shard.iterator = undefined;
      if (error instanceof AwsError && error.code === "ExpiredIteratorException")
        return this.#readShard(caller, shardId, shard);
      throw error;
    }
  }

  async #newIterator(caller: Caller, ShardId: string, { at }: ShardReader): Promise<string | undefined> {
    const { KinesisStreamARN: StreamARN, DeliveryStartTimestamp } = this.#source;
    const { cloud } = this.store;
    const begin = Math.min(DeliveryStartTimestamp?.getTime() ?? 0, cloud.clock.now());
    const start =
      at.sequence === undefined
        ? { ShardIteratorType: "AT_TIMESTAMP" as const, Timestamp: new Date(begin) }
        : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, StartingSequenceNumber: at.sequence };
    const input = { StreamARN, ShardId, ...start };
    return (await cloud.call("kinesis", "GetShardIterator", input, caller)).ShardIterator;
  }
}

function asBuffer(data: Uint8Array = new Uint8Array()): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
