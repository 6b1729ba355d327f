import { checkRules, type Rules } from "../../rules";
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

const HASH_KEY = /^(?:0|[1-9]\d{0,38})$/;
const EMPTY = new Uint8Array();

/** A record's size for the throughput limits: data and partition key. */
export const entryBytes = ({ Data, PartitionKey = "" }: Entry): number =>
  (Data?.byteLength ?? 0) + Buffer.byteLength(PartitionKey);

/** Checks a record without allocation on the hot path. Only a record that fails is checked again for AWS's message. */
export function checkEntry(stream: Stream, entry: Entry, path: string): void {
  const largest = stream.maxRecordKiB * 1024;
  const { Data = EMPTY, PartitionKey = "", ExplicitHashKey } = entry;
  const keyFits = PartitionKey.length >= 1 && PartitionKey.length <= 256;
  if (
    !keyFits ||
    Data.byteLength > largest ||
    (ExplicitHashKey !== undefined && !HASH_KEY.test(ExplicitHashKey))
  )
    throwValidation(entry, largest, path);
  if (entryBytes(entry) > largest)
    throw invalidArgument(
      `The record at '${path || "record"}' with its partition key is larger than the stream's ${stream.maxRecordKiB} KiB.`,
    );
  if (ExplicitHashKey !== undefined && BigInt(ExplicitHashKey) > LARGEST_KEY)
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
}

function throwValidation(entry: Entry, largest: number, path: string): void {
  const rules: Rules = {
    [`${path}partitionKey`]: { length: [1, 256] },
    [`${path}explicitHashKey`]: { pattern: /0|([1-9]\d{0,38})/ },
    [`${path}data`]: { length: [0, largest] },
  };
  checkRules(
    {
      [`${path}partitionKey`]: entry.PartitionKey ?? "",
      [`${path}explicitHashKey`]: entry.ExplicitHashKey,
      [`${path}data`]: entry.Data,
    },
    rules,
  );
}

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
