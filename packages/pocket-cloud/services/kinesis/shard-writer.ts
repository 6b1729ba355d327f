import { type Failure, messageOf } from "../../constraints/validate";
import { validationError } from "../../errors";
import { invalidArgument } from "./errors";
import { fromDecimal, type HashKey, LARGEST_KEY } from "./hash-keys";
import type { Stream } from "./model";
import { ENCRYPTED } from "./shard-reader";
import type { KinesisStore, ShardLog } from "./store";

export interface Entry {
  readonly Data: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

const EMPTY = new Uint8Array();

/** A record's size for the throughput limits: data and partition key. */
export const entryBytes = ({ Data, PartitionKey = "" }: Entry): number =>
  (Data?.byteLength ?? 0) + Buffer.byteLength(PartitionKey);

/** Checks what the model does not: the stream's own limit of a record, and the range of hash keys. */
export function checkEntry(stream: Stream, entry: Entry, path: string): void {
  const largest = stream.maxRecordKiB * 1024;
  const { Data = EMPTY, ExplicitHashKey } = entry;
  if (Data.byteLength > largest) throw validationError(messageOf([tooLong(Data, largest, `${path}data`)]));
  if (entryBytes(entry) > largest)
    throw invalidArgument(
      `The record at '${path || "record"}' with its partition key is larger than the stream's ${stream.maxRecordKiB} KiB.`,
    );
  if (ExplicitHashKey !== undefined && BigInt(ExplicitHashKey) > LARGEST_KEY)
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
}

const tooLong = (value: Uint8Array, largest: number, path: string): Failure => ({
  path,
  value,
  constraint: `Member must have length less than or equal to ${largest}`,
  sensitive: false,
});

export const explicitHash = ({ ExplicitHashKey }: Entry): HashKey | undefined =>
  ExplicitHashKey === undefined ? undefined : fromDecimal(ExplicitHashKey);

/** Appends records to a shard's journal and notifies its readers. Returns the position of the first record. */
export function write(
  store: KinesisStore,
  stream: Stream,
  shard: ShardLog,
  entries: readonly Entry[],
): number {
  const flags = stream.keyId === undefined ? 0 : ENCRYPTED;
  const first = shard.log.append(
    entries.map(({ PartitionKey = "", Data = EMPTY }) => ({ key: PartitionKey, data: Data, flags })),
    store.cloud.clock.now(),
  );
  store.cloud.bus.emit("kinesis:records", { streamArn: stream.arn, shardId: shard.shard.id });
  return first;
}
