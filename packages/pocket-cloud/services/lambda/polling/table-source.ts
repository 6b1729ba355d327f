import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import { AwsError } from "../../../errors";
import type { SourceRecord } from "./source-record";
import type { ReadRecord, StreamSource } from "./stream-source";
import type { Target } from "./target";

/** The stream of a DynamoDB table. It has no timestamps to start at. */
export const tableSource: StreamSource = {
  batchInfo: "DDBStreamBatchInfo",
  shards: async (target) => {
    const input = { StreamArn: target.sourceArn };
    const { StreamDescription } = await target.cloud.call(
      "dynamodb",
      "DescribeStream",
      input,
      target.caller(),
    );
    return (StreamDescription?.Shards ?? []).map(({ ShardId = "", ParentShardId }) => ({
      id: ShardId,
      parents: ParentShardId === undefined ? [] : [ParentShardId],
    }));
  },
  iterator: async (target, ShardId, after) => {
    const at = (input: object) =>
      target.cloud.call(
        "dynamodb",
        "GetShardIterator",
        { StreamArn: target.sourceArn, ShardId, ShardIteratorType: "TRIM_HORIZON", ...input },
        target.caller(),
      );
    const { ShardIterator = "" } = await (after === undefined
      ? at({})
      : at({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after }).catch((error: unknown) => {
          if (error instanceof AwsError && error.code === "TrimmedDataAccessException") return at({});
          throw error;
        }));
    return ShardIterator;
  },
  read: async (target, _shardId, ShardIterator) => {
    const output = await target.cloud.call("dynamodb", "GetRecords", { ShardIterator }, target.caller());
    const records = output.Records ?? [];
    const fromNow = target.mapping.StartingPosition === "LATEST";
    return {
      // At LATEST the records from before the mapping are skipped; an iterator there would expire before the first record.
      records: records
        .filter((record) => !fromNow || !isBefore(record, target))
        .map((record) => readRecord(record, target)),
      next: output.NextShardIterator,
      more: records.length > 0,
    };
  },
};

const createdAt = ({ dynamodb }: _Record): number => dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0;

/** Records have whole seconds. */
const isBefore = (record: _Record, { record: mapping }: Target): boolean =>
  createdAt(record) < Math.floor(mapping.createdAt / 1000) * 1000;

function readRecord(record: _Record, target: Target): ReadRecord {
  const json = JSON.stringify(eventOf(record, target.sourceArn), base64);
  const entry: SourceRecord = {
    sequenceNumber: record.dynamodb?.SequenceNumber ?? "",
    partitionKey: JSON.stringify(record.dynamodb?.Keys, base64),
    json,
    arrival: createdAt(record),
    readAt: target.cloud.clock.now(),
    done: false,
  };
  return { record: entry, filterable: () => JSON.parse(json) };
}

/** The record in the function's event. Times are in seconds. */
const eventOf = ({ dynamodb, userIdentity, ...event }: _Record, eventSourceARN: string): object => ({
  ...event,
  dynamodb: {
    ...dynamodb,
    ApproximateCreationDateTime: (dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
  },
  ...(userIdentity && { userIdentity: { principalId: userIdentity.PrincipalId, type: userIdentity.Type } }),
  eventSourceARN,
});

/** Binary values are base64 in events. Buffer.toJSON runs before the replacer, so the raw value is read from `this`. */
function base64(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const raw = this[name];
  return raw instanceof Uint8Array ? Buffer.from(raw).toString("base64") : value;
}
