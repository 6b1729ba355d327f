import { randomUUID } from "node:crypto";
import type {
  AttributeDefinition,
  CreateTableInput,
  SSESpecification,
  TableDescription,
  UpdateTableInput,
} from "@aws-sdk/client-dynamodb";
import { AwsError, unsupported, validationError } from "../../../errors";
import type { Rules } from "../../../rules";
import { type DynamoDb, type DynamoDbOperation, ofTable } from "../operation";
import { keysOf, type TableRecord } from "../store";
import { describeIndexes, refuseWrongKeys } from "../table-indexes";

const rules: Rules = {
  TableName: { length: [1, 1024], pattern: /(arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table\/)?[a-zA-Z0-9_.-]+/ },
  BillingMode: { oneOf: ["PROVISIONED", "PAY_PER_REQUEST"] },
};

function refuseUnsupported(input: CreateTableInput | UpdateTableInput): void {
  if (input.StreamSpecification?.StreamEnabled) throw unsupported("DynamoDB streams");
  if ("ReplicaUpdates" in input && input.ReplicaUpdates?.length) throw unsupported("global tables");
  if ("VectorIndexes" in input && input.VectorIndexes?.length) throw unsupported("vector indexes");
}

const encryption = (
  room: DynamoDb,
  asked: SSESpecification | undefined,
): TableDescription["SSEDescription"] =>
  asked?.Enabled
    ? {
        Status: "ENABLED",
        SSEType: "KMS",
        KMSMasterKeyArn: asked.KMSMasterKeyId?.startsWith("arn:")
          ? asked.KMSMasterKeyId
          : `arn:aws:kms:${room.cloud.region}:${room.cloud.accountId}:${asked.KMSMasterKeyId?.startsWith("alias/") ? "" : "key/"}${asked.KMSMasterKeyId ?? "aws-dynamodb"}`,
      }
    : undefined;

function capacity(input: CreateTableInput | UpdateTableInput): TableDescription["ProvisionedThroughput"] {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = input.ProvisionedThroughput ?? {};
  return { NumberOfDecreasesToday: 0, ReadCapacityUnits, WriteCapacityUnits };
}

export const createTable = (room: DynamoDb): DynamoDbOperation<"CreateTable"> => ({
  rules,
  resources: ofTable(room),
  run: (input) => {
    const { store, cloud } = room;
    const name = store.nameOf(input.TableName);
    if (name.length < 3)
      throw validationError("TableName must be at least 3 characters long and at most 255 characters long");
    if (store.records.has(name))
      throw new AwsError("ResourceInUseException", `Table already exists: ${name}`);
    refuseUnsupported(input);
    refuseWrongKeys(input);
    const onDemand = input.BillingMode === "PAY_PER_REQUEST";
    if (onDemand && input.ProvisionedThroughput)
      throw validationError(
        "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      );
    if (!onDemand && !input.ProvisionedThroughput)
      throw validationError(
        "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
      );
    const now = new Date(cloud.clock.now());
    const sse = encryption(room, input.SSESpecification);
    const description: TableDescription = {
      TableName: name,
      TableArn: store.arn(name),
      TableId: randomUUID(),
      TableStatus: "ACTIVE",
      CreationDateTime: now,
      AttributeDefinitions: input.AttributeDefinitions,
      KeySchema: input.KeySchema,
      ProvisionedThroughput: capacity(input),
      ...(onDemand && {
        BillingModeSummary: { BillingMode: "PAY_PER_REQUEST", LastUpdateToPayPerRequestDateTime: now },
      }),
      ...describeIndexes(store.arn(name), input),
      ...(sse && { SSEDescription: sse }),
      TableClassSummary: { TableClass: input.TableClass ?? "STANDARD" },
      DeletionProtectionEnabled: input.DeletionProtectionEnabled ?? false,
      WarmThroughput: warm(),
      ...(input.OnDemandThroughput && { OnDemandThroughput: input.OnDemandThroughput }),
    };
    const tags = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
    const record: TableRecord = { description, tags, pointInTimeRecovery: false };
    if (input.ResourcePolicy) record.policy = input.ResourcePolicy;
    store.save(record);
    return { TableDescription: { ...described(room, record), TableStatus: "CREATING" } };
  },
});

/** What an on-demand table starts with in AWS. */
const warm = (): TableDescription["WarmThroughput"] => ({
  ReadUnitsPerSecond: 12_000,
  WriteUnitsPerSecond: 4000,
  Status: "ACTIVE",
});

function described(room: DynamoDb, record: TableRecord): TableDescription {
  const { data } = room.store.open(record.description.TableName);
  const ofIndex = (name: string | undefined) => ({
    ItemCount: data.indexes.get(name ?? "")?.count ?? 0,
    IndexSizeBytes: 0,
  });
  const { GlobalSecondaryIndexes, LocalSecondaryIndexes } = record.description;
  return {
    ...record.description,
    ItemCount: data.main.count,
    TableSizeBytes: data.bytes,
    ...(GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => ({
        ...index,
        ...ofIndex(index.IndexName),
      })),
    }),
    ...(LocalSecondaryIndexes && {
      LocalSecondaryIndexes: LocalSecondaryIndexes.map((index) => ({
        ...index,
        ...ofIndex(index.IndexName),
      })),
    }),
  };
}

export const describeTable = (room: DynamoDb): DynamoDbOperation<"DescribeTable"> => ({
  resources: ofTable(room),
  run: (input) => ({ Table: described(room, room.store.describe(input.TableName)) }),
});

export const listTables = (room: DynamoDb): DynamoDbOperation<"ListTables"> => ({
  rules: { Limit: { range: [1, 100] } },
  run: (input) => {
    const after = input.ExclusiveStartTableName;
    const names = room.store.records.keys().filter((name) => after === undefined || name > after);
    const limit = input.Limit ?? 100;
    const TableNames = names.slice(0, limit);
    return { TableNames, ...(names.length > limit && { LastEvaluatedTableName: TableNames.at(-1) }) };
  },
});

export const deleteTable = (room: DynamoDb): DynamoDbOperation<"DeleteTable"> => ({
  resources: ofTable(room),
  run: (input) => {
    const record = room.store.describe(input.TableName);
    if (record.description.DeletionProtectionEnabled) {
      if (room.cloud.enforceDeletionProtection !== false)
        throw validationError(
          "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
        );
      room.cloud.log(
        `the table ${record.description.TableName} was protected against deletion; this cloud deletes it`,
      );
    }
    const last = described(room, record);
    room.store.delete(record.description.TableName ?? "");
    return { TableDescription: { ...last, TableStatus: "DELETING" } };
  },
});

export const updateTable = (room: DynamoDb): DynamoDbOperation<"UpdateTable"> => ({
  rules,
  resources: ofTable(room),
  run: (input) => {
    refuseUnsupported(input);
    const record = room.store.describe(input.TableName);
    const { description } = record;
    const now = new Date(room.cloud.clock.now());
    if (input.BillingMode === "PAY_PER_REQUEST")
      description.BillingModeSummary = {
        BillingMode: "PAY_PER_REQUEST",
        LastUpdateToPayPerRequestDateTime: now,
      };
    if (input.BillingMode === "PROVISIONED") description.BillingModeSummary = { BillingMode: "PROVISIONED" };
    if (input.ProvisionedThroughput || input.BillingMode) description.ProvisionedThroughput = capacity(input);
    if (input.TableClass)
      description.TableClassSummary = { TableClass: input.TableClass, LastUpdateDateTime: now };
    if (input.DeletionProtectionEnabled !== undefined)
      description.DeletionProtectionEnabled = input.DeletionProtectionEnabled;
    if (input.OnDemandThroughput) description.OnDemandThroughput = input.OnDemandThroughput;
    if (input.SSESpecification) {
      const sse = encryption(room, input.SSESpecification);
      if (sse) description.SSEDescription = sse;
      else delete description.SSEDescription;
    }
    changeIndexes(room, record, input);
    room.store.save(record);
    return { TableDescription: { ...described(room, record), TableStatus: "UPDATING" } };
  },
});

function changeIndexes(room: DynamoDb, record: TableRecord, input: UpdateTableInput): void {
  const { description } = record;
  const { data } = room.store.open(input.TableName);
  if (input.AttributeDefinitions)
    description.AttributeDefinitions = merged(description.AttributeDefinitions, input.AttributeDefinitions);
  for (const { Create, Delete, Update } of input.GlobalSecondaryIndexUpdates ?? []) {
    const indexes = description.GlobalSecondaryIndexes ?? [];
    const name = Create?.IndexName ?? Delete?.IndexName ?? Update?.IndexName ?? "";
    const there = indexes.find((index) => index.IndexName === name);
    if (Create) {
      if (there) throw validationError(`Attempting to create an index which already exists: ${name}`);
      const [created] =
        describeIndexes(description.TableArn ?? "", { GlobalSecondaryIndexes: [Create] })
          .GlobalSecondaryIndexes ?? [];
      if (created) description.GlobalSecondaryIndexes = [...indexes, created];
      data.addIndex(name, keysOf(Create.KeySchema));
      continue;
    }
    if (!there) throw new AwsError("ResourceNotFoundException", "Requested resource not found");
    if (Update?.ProvisionedThroughput)
      there.ProvisionedThroughput = { NumberOfDecreasesToday: 0, ...Update.ProvisionedThroughput };
    if (!Delete) continue;
    data.indexes.delete(name);
    const left = indexes.filter((index) => index !== there);
    if (left.length > 0) description.GlobalSecondaryIndexes = left;
    else delete description.GlobalSecondaryIndexes;
  }
}

function merged(
  before: readonly AttributeDefinition[] | undefined,
  given: readonly AttributeDefinition[],
): AttributeDefinition[] {
  const kept = (before ?? []).filter(
    (one) => !given.some((other) => other.AttributeName === one.AttributeName),
  );
  return [...kept, ...given];
}
