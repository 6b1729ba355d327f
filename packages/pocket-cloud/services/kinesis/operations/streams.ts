import { unsupported } from "../../../errors";
import { inUse, invalidArgument, limitExceeded } from "../errors";
import { evenRanges } from "../hash-keys";
import { openShards } from "../model";
import { type Make, onStream, pageOf, SHARD_LIMIT } from "../operation";

/** AWS opens this many shards for an on-demand stream. */
const ON_DEMAND_SHARDS = 4;
export const CreateStream: Make<"CreateStream"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const { StreamName = "", ShardCount, StreamModeDetails, Tags = {}, MaxRecordSizeInKiB = 1024 } = input;
    if (input.WarmThroughputMiBps !== undefined) throw unsupported("the Kinesis option WarmThroughputMiBps");
    // Without mode and shards AWS creates an on-demand stream (recorded by LocalStack's test_create_stream_without_shard_count).
    const mode = StreamModeDetails?.StreamMode ?? (ShardCount === undefined ? "ON_DEMAND" : "PROVISIONED");
    const { accountId, region } = store.cloud;
    if (store.streams.has(StreamName))
      throw inUse(`Stream ${StreamName} under account ${accountId} already exists.`);
    if (mode === "PROVISIONED" && ShardCount === undefined)
      throw invalidArgument("ShardCount must be specified when the stream mode is PROVISIONED.");
    if (mode === "ON_DEMAND" && ShardCount !== undefined)
      throw invalidArgument("ShardCount must not be specified when the stream mode is ON_DEMAND.");
    const count = ShardCount ?? ON_DEMAND_SHARDS;
    const open = store.streams.values().reduce((sum, stream) => sum + openShards(stream).length, 0);
    if (open + count > SHARD_LIMIT)
      throw limitExceeded(
        `This request would exceed the shard limit for the account ${accountId} in ${region}. Current shard count for the account: ${open}. Limit: ${SHARD_LIMIT}. Number of additional shards that would have resulted from this request: ${count}.`,
      );
    store.create(StreamName, evenRanges(count), { mode, maxRecordKiB: MaxRecordSizeInKiB, tags: Tags });
    return {};
  },
});

export const DeleteStream: Make<"DeleteStream"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    if (stream.consumers.length > 0 && !input.EnforceConsumerDeletion)
      throw inUse(
        `Stream ${stream.name} under account ${store.cloud.accountId} has consumers: deregister them, or set EnforceConsumerDeletion.`,
      );
    store.delete(stream);
    return {};
  },
});

export const ListStreams: Make<"ListStreams"> = (store) => ({
  run: ({ Limit = 100, ExclusiveStartStreamName, NextToken }) => {
    const after = ExclusiveStartStreamName ?? NextToken ?? "";
    const streams = store.streams.values().filter(({ name }) => name > after);
    const { items, more } = pageOf(streams, Limit);
    return {
      StreamNames: items.map(({ name }) => name),
      HasMoreStreams: more,
      ...(more && { NextToken: items.at(-1)?.name }),
      StreamSummaries: items.map((stream) => ({
        StreamName: stream.name,
        StreamARN: stream.arn,
        StreamStatus: "ACTIVE" as const,
        StreamModeDetails: { StreamMode: stream.mode },
        StreamCreationTimestamp: stream.createdAt,
      })),
    };
  },
});

export const UpdateStreamMode: Make<"UpdateStreamMode"> = (store) => ({
  resources: onStream(store),
  run: (input) =>
    store.change(store.named(input), { mode: input.StreamModeDetails?.StreamMode ?? "PROVISIONED" }),
});

export const UpdateMaxRecordSize: Make<"UpdateMaxRecordSize"> = (store) => ({
  resources: onStream(store),
  run: (input) => store.change(store.named(input), { maxRecordKiB: input.MaxRecordSizeInKiB ?? 1024 }),
});

const LEAST_RETENTION_HOURS = 24;

/** As recorded by kinesalite. */
function retentionHours({
  RetentionPeriodHours: hours = 0,
}: {
  readonly RetentionPeriodHours?: number | undefined;
}) {
  if (hours < LEAST_RETENTION_HOURS)
    throw invalidArgument(
      `Minimum allowed retention period is ${LEAST_RETENTION_HOURS} hours. Requested retention period (${hours} hours) is too short.`,
    );
  return hours;
}

export const IncreaseStreamRetentionPeriod: Make<"IncreaseStreamRetentionPeriod"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    const hours = retentionHours(input);
    if (hours < stream.retentionHours)
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${stream.name} can not be shorter than existing retention period (${stream.retentionHours} hours). Use DecreaseRetentionPeriod API.`,
      );
    return store.change(stream, { retentionHours: hours });
  },
});

export const DecreaseStreamRetentionPeriod: Make<"DecreaseStreamRetentionPeriod"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    const hours = retentionHours(input);
    if (hours > stream.retentionHours)
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing retention period (${stream.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
      );
    store.change(stream, { retentionHours: hours });
    store.trim();
    return {};
  },
});
