import type { GetRecordsOutput } from "@aws-sdk/client-kinesis";
import { AwsError } from "../../../errors";
import type { Call } from "../../../service";
import { invalidArgument, rateExceeded, THROTTLED } from "../errors";
import { decodeIterator, encodeIterator, ITERATOR_LIFE_MS, type Iterator, startPosition } from "../iterator";
import type { Stream } from "../model";
import { endDryRun, type Make, onStream } from "../operation";
import { childShards, readShard, type ShardPage, toRecord } from "../shard-reader";
import type { KinesisStore, ShardLog } from "../store";

/** AWS's limit on the data in one response. */
const RESPONSE_BYTES = 10 * 1024 * 1024;

export const GetShardIterator: Make<"GetShardIterator"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.namedWithShards(input, input.ShardId ?? "");
    const shard = store.shard(stream, input.ShardId ?? "");
    const position = startPosition(store, stream, shard, { ...input, type: input.ShardIteratorType });
    endDryRun(input);
    return {
      ShardIterator: encodeIterator({
        stream: stream.name,
        createdAt: stream.createdAt.getTime(),
        shard: shard.shard.id,
        position,
        issuedAt: store.cloud.clock.now(),
      }),
    };
  },
});

export const GetRecords: Make<"GetRecords"> = (store) => ({
  resources: ({ ShardIterator = "" }) => [store.arn(decodeIterator(ShardIterator).stream)],
  run: async ({ ShardIterator = "", Limit = 10_000, DryRun }, call) => {
    const iterator = decodeIterator(ShardIterator);
    store.keys.checkReader(store.stream(iterator.stream), call.caller);
    const stream = store.stream(iterator.stream);
    checkIterator(store, stream, iterator);
    const shard = store.shard(stream, iterator.shard);
    endDryRun({ DryRun });
    if (!call.fromConsole) checkReadLimit(store, stream, shard, call);
    const page = readShard(store, stream, shard, iterator.position, Limit, RESPONSE_BYTES);
    if (!call.fromConsole) shard.limits.spendRead(bytesOf(page));
    return responseFor(store, stream, shard, iterator, page);
  },
});

function checkIterator(store: KinesisStore, stream: Stream, iterator: Iterator): void {
  if (iterator.createdAt !== stream.createdAt.getTime()) throw invalidArgument("Invalid ShardIterator.");
  const now = store.cloud.clock.now();
  if (now - iterator.issuedAt > ITERATOR_LIFE_MS)
    throw new AwsError(
      "ExpiredIteratorException",
      `Iterator expired. The iterator was created at time ${new Date(iterator.issuedAt).toUTCString()} while right now it is ${new Date(now).toUTCString()} which is further in the future than the tolerated delay of ${ITERATOR_LIFE_MS} milliseconds.`,
    );
}

/**
 * AWS services that read on a customer's behalf use the shard's read limit but are never throttled: in AWS they back
 * off, and here a simulated clock may not advance while they read.
 */
function checkReadLimit(store: KinesisStore, stream: Stream, shard: ShardLog, { caller }: Call): void {
  if (store.admitsRead(shard) || caller.viaService !== undefined) return;
  throw new AwsError(THROTTLED, rateExceeded(shard.shard.id, stream, store.cloud.accountId));
}

const bytesOf = ({ records }: ShardPage): number =>
  records.reduce((sum, { data }) => sum + data.byteLength, 0);

function responseFor(
  store: KinesisStore,
  stream: Stream,
  shard: ShardLog,
  iterator: Iterator,
  { records, next: position, millisBehind, ended }: ShardPage,
): GetRecordsOutput {
  const issuedAt = store.cloud.clock.now();
  return {
    Records: records.map((record) => toRecord(shard.prefix, record)),
    MillisBehindLatest: millisBehind,
    ...(ended
      ? { ChildShards: childShards(stream, shard.shard.id) }
      : { NextShardIterator: encodeIterator({ ...iterator, position, issuedAt }) }),
  };
}

export const SubscribeToShard: Make<"SubscribeToShard"> = (store, subscriptions) => ({
  resources: ({ ConsumerARN = "" }) => [ConsumerARN],
  run: async ({ ConsumerARN = "", ShardId = "", StartingPosition, DryRun }, { caller }) => {
    store.keys.checkReader(store.consumer(ConsumerARN).stream, caller);
    const { stream, consumer } = store.consumer(ConsumerARN);
    const shard = store.shard(stream, ShardId);
    const from = startPosition(store, stream, shard, {
      type: StartingPosition?.Type,
      StartingSequenceNumber: StartingPosition?.SequenceNumber,
      Timestamp: StartingPosition?.Timestamp,
    });
    endDryRun({ DryRun });
    return { EventStream: subscriptions.begin(consumer.arn, stream, shard, from) };
  },
});
