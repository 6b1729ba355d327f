import { CallError, call } from "../kit/api";
import type { Shards } from "./reader";

const LIMIT = 1000;
const RETRY_MS = 250;
const RETRIES = 20;

/** Reads the shards of a stream. A shard allows five reads a second, which the consumers of the stream share. */
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
  records: async (shard, ShardIterator) => {
    const output = await patiently(() =>
      call("kinesis", "GetRecords", { ShardIterator, Limit: LIMIT }, signal),
    );
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

/** Waits while the shard is throttled. */
async function patiently<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++)
    try {
      return await read();
    } catch (error) {
      const throttled = error instanceof CallError && error.code === "ProvisionedThroughputExceededException";
      if (!throttled || attempt >= RETRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
}
