import { call } from "../kit/api";
import type { Shards } from "./reader";

/** Reads the shards of a stream. It takes nothing from the read limit that the consumers share. */
export const shardsOf = (StreamName: string, signal: AbortSignal): Shards => ({
  iterator: async (ShardId, position) => {
    const { ShardIterator } = await call(
      "kinesis",
      "GetShardIterator",
      {
        StreamName,
        ShardId,
        ShardIteratorType: position.kind,
        ...("at" in position && { Timestamp: new Date(position.at).toISOString() }),
        ...("sequence" in position && { StartingSequenceNumber: position.sequence }),
      },
      signal,
    );
    return ShardIterator;
  },
  records: async (shard, ShardIterator, Limit) => {
    const output = await call("kinesis", "GetRecords", { ShardIterator, Limit }, signal);
    return {
      next: output.NextShardIterator,
      behindMillis: output.MillisBehindLatest ?? 0,
      records: (output.Records ?? []).map((record) => ({
        shard,
        sequence: record.SequenceNumber ?? "",
        partitionKey: record.PartitionKey ?? "",
        arrival: Date.parse(record.ApproximateArrivalTimestamp ?? ""),
        data: record.Data ?? "",
      })),
    };
  },
});
