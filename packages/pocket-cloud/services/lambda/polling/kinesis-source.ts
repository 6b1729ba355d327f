import { allShards } from "../../kinesis/all-shards";
import { jsonOrText } from "./filter";
import { type SourceRecord, sourceRecord } from "./source-record";
import type { StreamSource } from "./stream-source";
import type { Target } from "./target";

export const kinesisSource: StreamSource = {
  batchInfo: "KinesisBatchInfo",
  shards: async (target) =>
    (await allShards(target.cloud, target.sourceArn, target.caller())).map((shard) => ({
      id: shard.ShardId ?? "",
      parents: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
    })),
  iterator: async (target, ShardId, after) => {
    const input = { StreamARN: target.sourceArn, ShardId, ...startOf(target, after) };
    return (
      (await target.cloud.call("kinesis", "GetShardIterator", input, target.caller())).ShardIterator ?? ""
    );
  },
  read: async (target, shardId, ShardIterator) => {
    const { cloud } = target;
    const input = { ShardIterator, Limit: 10_000 };
    const output = await cloud.call("kinesis", "GetRecords", input, target.caller());
    const origin = { shardId, streamArn: target.sourceArn, role: target.role, region: cloud.region };
    const now = cloud.clock.now();
    return {
      records: (output.Records ?? []).map((raw) => {
        const record = sourceRecord(raw, origin, now);
        return { record, filterable: () => filterable(record, raw.Data ?? new Uint8Array()) };
      }),
      next: output.NextShardIterator,
      more: (output.MillisBehindLatest ?? 0) > 0,
    };
  },
};

function startOf({ mapping, record }: Target, after: string | undefined) {
  if (after !== undefined)
    return { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: after } as const;
  if (mapping.StartingPosition === "TRIM_HORIZON") return { ShardIteratorType: "TRIM_HORIZON" } as const;
  const Timestamp = mapping.StartingPositionTimestamp ?? new Date(record.createdAt);
  return { ShardIteratorType: "AT_TIMESTAMP", Timestamp } as const;
}

/** A record as filters see it: the members of its `kinesis` object with decoded data. */
function filterable(record: SourceRecord, data: Uint8Array): object {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8");
  const { kinesis } = JSON.parse(record.json) as { kinesis: object };
  return { ...kinesis, data: jsonOrText(text) };
}
