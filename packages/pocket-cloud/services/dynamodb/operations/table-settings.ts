import type { ContinuousBackupsDescription } from "@aws-sdk/client-dynamodb";
import { AwsError, validationError } from "../../../errors";
import { type DynamoDb, type DynamoDbOperation, ofTable } from "../operation";
import type { TableRecord } from "../store";

export const updateTimeToLive = (room: DynamoDb): DynamoDbOperation<"UpdateTimeToLive"> => ({
  resources: ofTable(room),
  run: (input) => {
    const record = room.store.describe(input.TableName);
    const { Enabled = false, AttributeName = "" } = input.TimeToLiveSpecification ?? {};
    if (Enabled === (record.timeToLive !== undefined))
      throw validationError(`TimeToLive is already ${Enabled ? "enabled" : "disabled"}`);
    if (Enabled) record.timeToLive = { attribute: AttributeName };
    else delete record.timeToLive;
    room.store.save(record);
    room.watchExpiry();
    return { TimeToLiveSpecification: { Enabled, AttributeName } };
  },
});

export const describeTimeToLive = (room: DynamoDb): DynamoDbOperation<"DescribeTimeToLive"> => ({
  resources: ofTable(room),
  run: (input) => {
    const { timeToLive } = room.store.describe(input.TableName);
    return {
      TimeToLiveDescription: timeToLive
        ? { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive.attribute }
        : { TimeToLiveStatus: "DISABLED" },
    };
  },
});

function backups(room: DynamoDb, record: TableRecord): ContinuousBackupsDescription {
  if (!record.pointInTimeRecovery)
    return {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
    };
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: "ENABLED",
      RecoveryPeriodInDays: record.recoveryDays ?? 35,
      EarliestRestorableDateTime: record.description.CreationDateTime,
      LatestRestorableDateTime: new Date(room.cloud.clock.now()),
    },
  };
}

export const describeContinuousBackups = (
  room: DynamoDb,
): DynamoDbOperation<"DescribeContinuousBackups"> => ({
  resources: ofTable(room),
  run: (input) => ({ ContinuousBackupsDescription: backups(room, room.store.describe(input.TableName)) }),
});

export const updateContinuousBackups = (room: DynamoDb): DynamoDbOperation<"UpdateContinuousBackups"> => ({
  resources: ofTable(room),
  run: (input) => {
    const record = room.store.describe(input.TableName);
    const { PointInTimeRecoveryEnabled = false, RecoveryPeriodInDays } =
      input.PointInTimeRecoverySpecification ?? {};
    record.pointInTimeRecovery = PointInTimeRecoveryEnabled;
    if (RecoveryPeriodInDays !== undefined) record.recoveryDays = RecoveryPeriodInDays;
    room.store.save(record);
    return { ContinuousBackupsDescription: backups(room, record) };
  },
});

const ofResource = (input: { ResourceArn?: string | undefined }) => [input.ResourceArn ?? ""];

export const tagResource = (room: DynamoDb): DynamoDbOperation<"TagResource"> => ({
  resources: ofResource,
  run: (input) => {
    const record = room.store.describe(input.ResourceArn);
    for (const { Key = "", Value = "" } of input.Tags ?? []) record.tags[Key] = Value;
    room.store.save(record);
    return {};
  },
});

export const untagResource = (room: DynamoDb): DynamoDbOperation<"UntagResource"> => ({
  resources: ofResource,
  run: (input) => {
    const record = room.store.describe(input.ResourceArn);
    for (const key of input.TagKeys ?? []) delete record.tags[key];
    room.store.save(record);
    return {};
  },
});

export const listTagsOfResource = (room: DynamoDb): DynamoDbOperation<"ListTagsOfResource"> => ({
  resources: ofResource,
  run: (input) => ({
    Tags: Object.entries(room.store.describe(input.ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
});

export const getResourcePolicy = (room: DynamoDb): DynamoDbOperation<"GetResourcePolicy"> => ({
  resources: ofResource,
  run: (input) => {
    const { policy } = room.store.describe(input.ResourceArn);
    if (policy === undefined)
      throw new AwsError(
        "PolicyNotFoundException",
        `Resource-based policy not found for the provided ResourceArn: ${input.ResourceArn}`,
      );
    return { Policy: policy };
  },
});

export const describeContributorInsights = (
  room: DynamoDb,
): DynamoDbOperation<"DescribeContributorInsights"> => ({
  resources: ofTable(room),
  run: (input) => ({
    TableName: room.store.describe(input.TableName).description.TableName,
    ContributorInsightsStatus: "DISABLED",
  }),
});

export const describeKinesisStreamingDestination = (
  room: DynamoDb,
): DynamoDbOperation<"DescribeKinesisStreamingDestination"> => ({
  resources: ofTable(room),
  run: (input) => ({
    TableName: room.store.describe(input.TableName).description.TableName,
    KinesisDataStreamDestinations: [],
  }),
});

export const describeLimits = (): DynamoDbOperation<"DescribeLimits"> => ({
  run: () => ({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  }),
});
