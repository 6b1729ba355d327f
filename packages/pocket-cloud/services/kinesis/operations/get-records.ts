import type { GetRecordsOutput } from "@aws-sdk/client-kinesis";
import { AwsError } from "../../../errors";
import type { Call } from "../../../service";
import { invalidArgument, rateExceeded, THROTTLED } from "../errors";
import { decodeIterator, encodeIterator, ITERATOR_LIFE, type Iterator } from "../iterator";
import type { Stream } from "../model";
import { endDryRun, type Make, streamRules } from "../operation";
import { childShards, type Reading, readShard, toRecord } from "../read";
import type { KinesisStore, ShardLog } from "../store";

/** Most that one answer carries. */
const ANSWER_BYTES = 10 * 1024 * 1024;

export const getRecords: Make<"GetRecords"> = (store) => ({
  rules: { ...streamRules, ShardIterator: { length: [1, 512] }, Limit: { range: [1, 10_000] } },
  resources: ({ ShardIterator = "" }) => [store.arn(decodeIterator(ShardIterator).stream)],
  run: async ({ ShardIterator = "", Limit = 10_000, DryRun }, call) => {
    const iterator = decodeIterator(ShardIterator);
    await store.keys.checkReader(store.stream(iterator.stream), call.caller);
    const stream = store.stream(iterator.stream);
    checkLive(store, stream, iterator);
    const at = store.shard(stream, iterator.shard);
    endDryRun({ DryRun });
    spend(store, stream, at, call);
    const reading = readShard(store, stream, at, iterator.position, Limit, ANSWER_BYTES);
    return answer(store, stream, at, iterator, reading);
  },
});

function checkLive(store: KinesisStore, stream: Stream, iterator: Iterator): void {
  if (iterator.createdAt !== stream.createdAt.getTime()) throw invalidArgument("Invalid ShardIterator.");
  const now = store.cloud.clock.now();
  if (now - iterator.issuedAt > ITERATOR_LIFE)
    throw new AwsError(
      "ExpiredIteratorException",
      `Iterator expired. The iterator was created at time ${new Date(iterator.issuedAt).toUTCString()} while right now it is ${new Date(now).toUTCString()} which is further in the future than the tolerated delay of ${ITERATOR_LIFE} milliseconds.`,
    );
}

/**
 * Services that read on a customer's behalf use up the shard's reads, but are never refused: in AWS they back off by
 * themselves, and here time may stand still while they read.
 */
function spend(store: KinesisStore, stream: Stream, at: ShardLog, { caller }: Call): void {
  if (store.admitsRead(at) || caller.viaService !== undefined) return;
  store.metric(stream, "ReadProvisionedThroughputExceeded", 1, "Count");
  throw new AwsError(THROTTLED, rateExceeded(at.shard.id, stream, store.cloud.accountId));
}

function answer(
  store: KinesisStore,
  stream: Stream,
  at: ShardLog,
  iterator: Iterator,
  { records, next, millisBehind, ended }: Reading,
): GetRecordsOutput {
  const bytes = records.reduce((sum, { data }) => sum + data.byteLength, 0);
  at.limits.gave(bytes);
  store.metric(stream, "GetRecords.Records", records.length, "Count");
  store.metric(stream, "GetRecords.Bytes", bytes, "Bytes");
  store.metric(stream, "GetRecords.IteratorAgeMilliseconds", millisBehind, "Milliseconds");
  return {
    Records: records.map((record) => toRecord(at.prefix, record)),
    MillisBehindLatest: millisBehind,
    ...(ended
      ? { ChildShards: childShards(stream, at.shard.id) }
      : {
          NextShardIterator: encodeIterator({
            ...iterator,
            position: next,
            issuedAt: store.cloud.clock.now(),
          }),
        }),
  };
}
