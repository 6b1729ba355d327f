import type { PutRecordsRequestEntry, PutRecordsResultEntry } from "@aws-sdk/client-kinesis";
import { AwsError } from "../../../errors";
import type { Fault } from "../../../faults";
import { encryptionOf } from "../descriptions";
import { invalidArgument, rateExceeded, THROTTLED } from "../errors";
import type { Stream } from "../model";
import { endDryRun, type Make, onStream } from "../operation";
import { sequenceAt } from "../sequence";
import { checkEntry, entryBytes, explicitHash, write } from "../shard-writer";
import type { KinesisStore, ShardLog } from "../store";

const REQUEST_BYTES = 10 * 1024 * 1024;

/** SequenceNumberForOrdering has no effect: records of a shard are stored in the order of their requests. */
export const PutRecord: Make<"PutRecord"> = (store) => ({
  resources: onStream(store),
  run: async (input, { caller }) => {
    store.keys.checkWriter(store.named(input), caller);
    const stream = store.named(input);
    checkEntry(stream, input, "");
    endDryRun(input);
    const shard = store.route(stream, input.PartitionKey ?? "", explicitHash(input));
    if (!store.admitsWrite(shard, entryBytes(input)))
      throw new AwsError(THROTTLED, rateExceeded(shard.shard.id, stream, store.cloud.accountId));
    const position = write(store, stream, shard, [input]);
    return {
      ShardId: shard.shard.id,
      SequenceNumber: sequenceAt(shard.prefix, position),
      EncryptionType: encryptionOf(stream),
    };
  },
});

export const PutRecords: Make<"PutRecords"> = (store) => ({
  resources: onStream(store),
  run: async (input, { fault, caller }) => {
    store.keys.checkWriter(store.named(input), caller);
    const stream = store.named(input);
    const entries = input.Records ?? [];
    checkEntries(stream, entries);
    endDryRun(input);
    const results: PutRecordsResultEntry[] = new Array(entries.length);
    const batches = new Map<ShardLog, number[]>();
    for (const [index, entry] of entries.entries()) {
      const shard = store.route(stream, entry.PartitionKey ?? "", explicitHash(entry));
      const failure = failureOf(store, stream, shard, entry, fault);
      if (failure) results[index] = failure;
      else {
        const batch = batches.get(shard);
        if (batch) batch.push(index);
        else batches.set(shard, [index]);
      }
    }
    for (const [shard, batch] of batches) {
      const records = batch.map((index) => entries[index] as PutRecordsRequestEntry);
      const first = write(store, stream, shard, records);
      for (const [at, index] of batch.entries())
        results[index] = { SequenceNumber: sequenceAt(shard.prefix, first + at), ShardId: shard.shard.id };
    }
    const failed = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
    return { FailedRecordCount: failed, Records: results, EncryptionType: encryptionOf(stream) };
  },
});

function checkEntries(stream: Stream, entries: readonly PutRecordsRequestEntry[]): void {
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    checkEntry(stream, entry, `records.${index + 1}.member.`);
    bytes += entryBytes(entry);
  }
  if (bytes > REQUEST_BYTES) throw invalidArgument("Records size exceeds 10 MB limit");
}

/** The result of an entry that an injected fault or the shard's write limit rejects. */
function failureOf(
  store: KinesisStore,
  stream: Stream,
  shard: ShardLog,
  entry: PutRecordsRequestEntry,
  fault: Fault | undefined,
): PutRecordsResultEntry | undefined {
  const rate = () => rateExceeded(shard.shard.id, stream, store.cloud.accountId);
  if (fault?.kind === "partial" && store.cloud.faults.random() < fault.share) {
    const ErrorMessage = fault.code === THROTTLED ? rate() : "Internal service failure.";
    return { ErrorCode: fault.code, ErrorMessage };
  }
  if (store.admitsWrite(shard, entryBytes(entry))) return undefined;
  return { ErrorCode: THROTTLED, ErrorMessage: rate() };
}
