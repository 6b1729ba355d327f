import type { PutRecordsRequestEntry, PutRecordsResultEntry } from "@aws-sdk/client-kinesis";
import type { Fault } from "../../../faults";
import { encryptionOf } from "../describe";
import { invalidArgument, rateExceeded, THROTTLED } from "../errors";
import type { Stream } from "../model";
import { endDryRun, type Make, named, onStream, streamRules } from "../operation";
import { sequenceAt } from "../sequence";
import type { KinesisStore, ShardLog } from "../store";
import { checkEntry, entryBytes, explicitHash, write } from "../write";

const REQUEST_BYTES = 10 * 1024 * 1024;

export const putRecords: Make<"PutRecords"> = (store) => ({
  rules: { ...streamRules, Records: { length: [1, 500] } },
  resources: onStream(store),
  run: async (input, { fault, caller }) => {
    await store.keys.checkWriter(named(store, input), caller);
    const stream = named(store, input);
    const entries = input.Records ?? [];
    checkAll(stream, entries);
    endDryRun(input);
    const results: PutRecordsResultEntry[] = new Array(entries.length);
    const batches = new Map<ShardLog, number[]>();
    for (const [index, entry] of entries.entries()) {
      const shard = store.route(stream, entry.PartitionKey ?? "", explicitHash(entry));
      const failure = failing(store, stream, shard, entry, fault);
      if (failure) results[index] = failure;
      else {
        const batch = batches.get(shard);
        if (batch) batch.push(index);
        else batches.set(shard, [index]);
      }
    }
    for (const [shard, batch] of batches) {
      const first = write(
        store,
        stream,
        shard,
        batch.map((index) => entries[index] as PutRecordsRequestEntry),
      );
      for (const [at, index] of batch.entries())
        results[index] = { SequenceNumber: sequenceAt(shard.prefix, first + at), ShardId: shard.shard.id };
    }
    const failed = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
    return { FailedRecordCount: failed, Records: results, EncryptionType: encryptionOf(stream) };
  },
});

function checkAll(stream: Stream, entries: readonly PutRecordsRequestEntry[]): void {
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    checkEntry(stream, entry, `records.${index + 1}.member.`);
    bytes += entryBytes(entry);
  }
  if (bytes > REQUEST_BYTES) throw invalidArgument("Records size exceeds 10 MB limit");
}

function failing(
  store: KinesisStore,
  stream: Stream,
  shard: ShardLog,
  entry: PutRecordsRequestEntry,
  fault: Fault | undefined,
): PutRecordsResultEntry | undefined {
  if (fault?.kind === "partial" && store.cloud.faults.random() < fault.share)
    return {
      ErrorCode: fault.code,
      ErrorMessage:
        fault.code === THROTTLED
          ? rateExceeded(shard.shard.id, stream, store.cloud.accountId)
          : "Internal service failure.",
    };
  if (store.admits(shard, entryBytes(entry))) return undefined;
  return { ErrorCode: THROTTLED, ErrorMessage: rateExceeded(shard.shard.id, stream, store.cloud.accountId) };
}
