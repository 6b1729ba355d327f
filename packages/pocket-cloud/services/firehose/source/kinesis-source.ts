import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import type { Checkpoint, ShardCheckpoint } from "../checkpoints";
import { type DeliveryStream, kinesisSource } from "../model";
import type { FirehoseStore } from "../store";
import { deaggregateKpl } from "./aggregated";
import type { Arrived, Source } from "./source";

interface Reader {
  readonly parents: readonly string[];
  at: ShardCheckpoint;
  iterator?: string | undefined;
}

/** Reads a data stream under the rights of the delivery stream's role: each shard from its checkpoint, parents before children. */
export class KinesisSource implements Source {
  readonly #readers = new Map<string, Reader>();
  /** Shards that may have records to read. */
  readonly #pending = new Set<string>();
  #shardsListed = false;
  readonly #unsubscribe: readonly (() => void)[];

  constructor(
    readonly store: FirehoseStore,
    readonly stream: DeliveryStream,
    wake: () => void,
  ) {
    const arn = kinesisSource(stream)?.KinesisStreamARN;
    this.#unsubscribe = [
      store.cloud.bus.on("kinesis:records", ({ streamArn, shardId }) => {
        if (streamArn !== arn) return;
        this.#pending.add(shardId);
        wake();
      }),
      store.cloud.bus.on("kinesis:stream", ({ streamArn }) => {
        if (streamArn !== arn) return;
        this.#shardsListed = false;
        wake();
      }),
    ];
  }

  async read(): Promise<readonly Arrived[] | undefined> {
    const caller = this.#caller();
    if (!this.#shardsListed) await this.#findShards(caller);
    for (const shardId of [...this.#pending]) {
      const reader = this.#readers.get(shardId);
      if (!reader || reader.at.ended) this.#pending.delete(shardId);
      else if (this.#parentsDrained(reader)) {
        const records = await this.#readShard(caller, shardId, reader);
        if (records.length > 0) return records;
      }
    }
    return undefined;
  }

  mark(): Checkpoint {
    return { shards: Object.fromEntries([...this.#readers].map(([id, { at }]) => [id, at])) };
  }

  commit(mark: Checkpoint): void {
    this.store.checkpoints.set(this.stream.name, mark);
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #caller(): Caller {
    const role = kinesisSource(this.stream)?.RoleARN ?? "";
    return this.store.cloud
      .identities()
      .assume(role, this.stream.name, "firehose.amazonaws.com", this.stream.arn);
  }

  get #cloud(): CloudContext {
    return this.store.cloud;
  }

  get #arn(): string {
    return kinesisSource(this.stream)?.KinesisStreamARN ?? "";
  }

  async #findShards(caller: Caller): Promise<void> {
    const committed = this.store.checkpoints.get(this.stream.name)?.shards ?? {};
    this.#shardsListed = true;
    const listed = new Set<string>();
    try {
      let NextToken: string | undefined;
      do {
        const page = await this.#cloud.call(
          "kinesis",
          "ListShards",
          NextToken === undefined ? { StreamARN: this.#arn } : { NextToken },
          caller,
        );
        for (const { ShardId = "", ParentShardId, AdjacentParentShardId } of page.Shards ?? []) {
          listed.add(ShardId);
          if (this.#readers.has(ShardId)) continue;
          const parents = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);
          this.#readers.set(ShardId, { parents, at: committed[ShardId] ?? {} });
          this.#pending.add(ShardId);
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      for (const id of this.#readers.keys()) if (!listed.has(id)) this.#readers.delete(id);
    } catch (error) {
      this.#shardsListed = false;
      throw error;
    }
  }

  #parentsDrained({ parents }: Reader): boolean {
    return parents.every((id) => this.#readers.get(id)?.at.ended ?? true);
  }

  async #readShard(caller: Caller, shardId: string, reader: Reader): Promise<Arrived[]> {
    this.#pending.delete(shardId);
    try {
      reader.iterator ??= await this.#iterator(caller, shardId, reader);
      const {
        Records = [],
        NextShardIterator,
        MillisBehindLatest = 0,
      } = await this.#cloud.call(
        "kinesis",
        "GetRecords",
        { ShardIterator: reader.iterator, StreamARN: this.#arn },
        caller,
      );
      reader.iterator = NextShardIterator;
      const sequence = Records.at(-1)?.SequenceNumber ?? reader.at.sequence;
      reader.at = { ...(sequence !== undefined && { sequence }), ...(!NextShardIterator && { ended: true }) };
      if (MillisBehindLatest > 0) this.#pending.add(shardId);
      if (reader.at.ended)
        for (const [id, { parents }] of this.#readers) if (parents.includes(shardId)) this.#pending.add(id);
      return Records.flatMap((record) => {
        const origin = {
          shardId,
          sequenceNumber: record.SequenceNumber ?? "",
          partitionKey: record.PartitionKey ?? "",
        };
        const time = record.ApproximateArrivalTimestamp?.getTime() ?? this.#cloud.clock.now();
        return deaggregateKpl(asBuffer(record.Data)).map((data) => ({ data, time, origin }));
      });
    } catch (error) {
      this.#pending.add(shardId);
      reader.iterator = undefined;
      if (error instanceof AwsError && error.code === "ExpiredIteratorException")
        return this.#readShard(caller, shardId, reader);
      throw error;
    }
  }

  async #iterator(caller: Caller, ShardId: string, { at }: Reader): Promise<string | undefined> {
    const begin = kinesisSource(this.stream)?.DeliveryStartTimestamp?.getTime() ?? 0;
    const start =
      at.sequence === undefined
        ? {
            ShardIteratorType: "AT_TIMESTAMP" as const,
            Timestamp: new Date(Math.min(begin, this.#cloud.clock.now())),
          }
        : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, StartingSequenceNumber: at.sequence };
    const input = { StreamARN: this.#arn, ShardId, ...start };
    return (await this.#cloud.call("kinesis", "GetShardIterator", input, caller)).ShardIterator;
  }
}

function asBuffer(data: Uint8Array | undefined): Buffer {
  if (!data) return Buffer.alloc(0);
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
