import { checkRules, type Rules } from "../../rules";
import { invalidArgument } from "./errors";
import { fromDecimal, type HashKey, LARGEST_KEY } from "./hash-keys";
import type { Stream } from "./model";
import { ENCRYPTED } from "./read";
import type { KinesisStore, ShardLog } from "./store";

export interface Entry {
  readonly Data: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

const HASH_KEY = /^(?:0|[1-9]\d{0,38})$/;
const EMPTY = new Uint8Array();

/** A record's size as limits count it: data and partition key. */
export const entryBytes = ({ Data, PartitionKey = "" }: Entry): number =>
  (Data?.byteLength ?? 0) + Buffer.byteLength(PartitionKey);

/** Cheap for what is right; spells AWS's message out for what is not. */
export function checkEntry(stream: Stream, entry: Entry, place: string): void {
  const largest = stream.maxRecordKiB * 1024;
  const { Data = EMPTY, PartitionKey = "", ExplicitHashKey } = entry;
  const keyFits = PartitionKey.length >= 1 && PartitionKey.length <= 256;
  if (
    !keyFits ||
    Data.byteLength > largest ||
    (ExplicitHashKey !== undefined && !HASH_KEY.test(ExplicitHashKey))
  )
    explain(entry, largest, place);
  if (entryBytes(entry) > largest)
    throw invalidArgument(
      `The record at '${place || "record"}' with its partition key is larger than the stream's ${stream.maxRecordKiB} KiB.`,
    );
  if (ExplicitHashKey !== undefined && BigInt(ExplicitHashKey) > LARGEST_KEY)
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
}

function explain(entry: Entry, largest: number, place: string): void {
  const rules: Rules = {
    [`${place}partitionKey`]: { length: [1, 256] },
    [`${place}explicitHashKey`]: { pattern: /0|([1-9]\d{0,38})/ },
    [`${place}data`]: { length: [0, largest] },
  };
  checkRules(
    {
      [`${place}partitionKey`]: entry.PartitionKey ?? "",
      [`${place}explicitHashKey`]: entry.ExplicitHashKey,
      [`${place}data`]: entry.Data,
    },
    rules,
  );
}

export const explicitHash = ({ ExplicitHashKey }: Entry): HashKey | undefined =>
  ExplicitHashKey === undefined ? undefined : fromDecimal(ExplicitHashKey);

/** Puts records into a shard's journal, then wakes its readers; returns the position of the first. */
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
  store.metric(stream, "IncomingRecords", entries.length, "Count");
  store.metric(
    stream,
    "IncomingBytes",
    entries.reduce((sum, { Data = EMPTY }) => sum + Data.byteLength, 0),
    "Bytes",
  );
  store.cloud.bus.emit("kinesis:records", { streamArn: stream.arn, shardId: shard.shard.id });
  return first;
}
