import type { Observers } from "../../service";
import { metricsOf, roundedMillis, type Units } from "../shared/metrics";
import { THROTTLED } from "./errors";
import { decodeIterator } from "./iterator";
import { nameOf, type Stream } from "./model";
import { type Entry, explicitHash } from "./shard-writer";
import type { KinesisStore } from "./store";

/** Source: "Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch", Kinesis Developer Guide. */
const UNITS = {
  "GetRecords.Bytes": "Bytes",
  "GetRecords.IteratorAgeMilliseconds": "Milliseconds",
  "GetRecords.Latency": "Milliseconds",
  "GetRecords.Records": "Count",
  "GetRecords.Success": "Count",
  IncomingBytes: "Bytes",
  IncomingRecords: "Count",
  "PutRecord.Bytes": "Bytes",
  "PutRecord.Latency": "Milliseconds",
  "PutRecord.Success": "Count",
  "PutRecords.Bytes": "Bytes",
  "PutRecords.FailedRecords": "Count",
  "PutRecords.Latency": "Milliseconds",
  "PutRecords.Records": "Count",
  "PutRecords.Success": "Count",
  "PutRecords.SuccessfulRecords": "Count",
  "PutRecords.ThrottledRecords": "Count",
  "PutRecords.TotalRecords": "Count",
  ReadProvisionedThroughputExceeded: "Count",
  WriteProvisionedThroughputExceeded: "Count",
} as const satisfies Units<string>;

type Name = keyof typeof UNITS;
type Values = Partial<Record<Name, number | undefined>>;

/** Shard-level metrics, by the stream-level metric with the same values. Enhanced monitoring enables each. */
const SHARD_LEVEL = {
  "GetRecords.Bytes": "OutgoingBytes",
  "GetRecords.IteratorAgeMilliseconds": "IteratorAgeMilliseconds",
  "GetRecords.Records": "OutgoingRecords",
  IncomingBytes: "IncomingBytes",
  IncomingRecords: "IncomingRecords",
  ReadProvisionedThroughputExceeded: "ReadProvisionedThroughputExceeded",
  WriteProvisionedThroughputExceeded: "WriteProvisionedThroughputExceeded",
} as const satisfies Partial<Record<Name, string>>;

const SHARD_UNITS = Object.fromEntries(
  Object.entries(SHARD_LEVEL).map(([name, shardLevel]) => [shardLevel, UNITS[name as Name]]),
);

const isThrottled = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === THROTTLED;

/** The records that were stored and throttled, by the results of a write. */
function tally(entries: readonly Entry[], results: readonly Result[], of: Iterable<number>) {
  const counts = { IncomingRecords: 0, IncomingBytes: 0, WriteProvisionedThroughputExceeded: 0 };
  for (const at of of) {
    const { ErrorCode } = results[at] ?? {};
    if (ErrorCode === THROTTLED) counts.WriteProvisionedThroughputExceeded++;
    if (ErrorCode !== undefined) continue;
    counts.IncomingRecords++;
    counts.IncomingBytes += entries[at]?.Data?.byteLength ?? 0;
  }
  return counts;
}

interface Result {
  readonly ErrorCode?: string | undefined;
}

export function kinesisObservers(store: KinesisStore): Observers<"kinesis"> {
  const { bus } = store.cloud;
  const report = metricsOf(bus, "AWS/Kinesis", UNITS);
  const reportShard = metricsOf<string>(bus, "AWS/Kinesis", SHARD_UNITS);

  const ofStream = ({ name }: Stream, values: Values) => report({ StreamName: name }, values);
  const ofShard = ({ name, enhancedMetrics }: Stream, ShardId: string, values: Values) => {
    const enabled = Object.entries(SHARD_LEVEL).filter(([, shardLevel]) =>
      enhancedMetrics.includes(shardLevel),
    );
    const shardValues = enabled.map(([metric, shardLevel]) => [shardLevel, values[metric as Name]]);
    reportShard({ StreamName: name, ShardId }, Object.fromEntries(shardValues));
  };
  const ofWrite = (stream: Stream, entries: readonly Entry[], results: readonly Result[]) => {
    const counts = tally(entries, results, entries.keys());
    ofStream(stream, counts);
    if (stream.enhancedMetrics.length === 0) return counts;
    const shards = entries.map((entry) => store.route(stream, entry.PartitionKey ?? "", explicitHash(entry)));
    for (const shard of new Set(shards)) {
      const of = [...entries.keys()].filter((at) => shards[at] === shard);
      ofShard(stream, shard.shard.id, tally(entries, results, of));
    }
    return counts;
  };

  return {
    PutRecord: ({ input, output, error, millis }) => {
      const stream = store.streams.get(nameOf(input));
      if (!stream) return;
      if (output || isThrottled(error)) ofWrite(stream, [input], [output ? {} : { ErrorCode: THROTTLED }]);
      ofStream(stream, {
        "PutRecord.Success": output ? 1 : 0,
        ...(output && {
          "PutRecord.Bytes": input.Data?.byteLength ?? 0,
          "PutRecord.Latency": roundedMillis(millis),
        }),
      });
    },
    PutRecords: ({ input: { Records = [], ...input }, output, error, millis }) => {
      const stream = store.streams.get(nameOf(input));
      if (!stream) return;
      const ErrorCode = isThrottled(error) ? THROTTLED : "InternalFailure";
      const results: readonly Result[] = output?.Records ?? Records.map(() => ({ ErrorCode }));
      const counts = ofWrite(stream, Records, results);
      const { IncomingRecords: successful, WriteProvisionedThroughputExceeded: throttled } = counts;
      ofStream(stream, {
        "PutRecords.Success": successful > 0 ? 1 : 0,
        "PutRecords.Bytes": counts.IncomingBytes,
        "PutRecords.Records": successful,
        "PutRecords.TotalRecords": Records.length,
        "PutRecords.SuccessfulRecords": successful,
        "PutRecords.ThrottledRecords": throttled,
        "PutRecords.FailedRecords": Records.length - successful - throttled,
        "PutRecords.Latency": output && roundedMillis(millis),
      });
    },
    GetRecords: ({ input: { ShardIterator = "" }, output, error, millis }) => {
      // An invalid iterator names no stream.
      const read = output || isThrottled(error) ? decodeIterator(ShardIterator) : undefined;
      const stream = read && store.streams.get(read.stream);
      if (!stream) return;
      const values: Values = {
        "GetRecords.Success": output ? 1 : 0,
        ReadProvisionedThroughputExceeded: output ? 0 : 1,
        ...(output && {
          "GetRecords.Records": output.Records?.length ?? 0,
          "GetRecords.Bytes":
            output.Records?.reduce((sum, { Data }) => sum + (Data?.byteLength ?? 0), 0) ?? 0,
          "GetRecords.IteratorAgeMilliseconds": output.MillisBehindLatest ?? 0,
          "GetRecords.Latency": roundedMillis(millis),
        }),
      };
      ofStream(stream, values);
      if (stream.enhancedMetrics.length > 0) ofShard(stream, read.shard, values);
    },
  };
}
