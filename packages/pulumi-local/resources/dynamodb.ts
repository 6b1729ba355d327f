import type { SSESpecification } from "@aws-sdk/client-dynamodb";
import type { dynamodb } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import type { CallAws } from "../aws";
import { tagging } from "./tagging";
import { byName, type Types, tagged, type, until } from "./type";

type Args = Unwrap<dynamodb.TableArgs>;

export const dynamodbTypes: Types = {
  "aws:dynamodb/table:Table": type<dynamodb.TableArgs>({
    nameInput: "name",
    replaceOn: ["name", "hashKey", "rangeKey", "localSecondaryIndexes"],
    holdsData: true,
    taggable: tagging.dynamodb,
    describe: byName("dynamodb", "table/"),
    create: async (inputs, { call, tags }) => {
      if (inputs.localSecondaryIndexes)
        throw new Error(`table ${inputs.name}: local secondary indexes are not supported`);
      const indexes = inputs.globalSecondaryIndexes ?? [];
      await call("dynamodb", "CreateTable", {
        TableName: inputs.name,
        AttributeDefinitions: attributes(inputs),
        KeySchema: keySchema(inputs),
        ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes.map(secondaryIndex) }),
        BillingMode: (inputs.billingMode ?? "PROVISIONED") as "PROVISIONED",
        ...(inputs.billingMode !== "PAY_PER_REQUEST" && {
          ProvisionedThroughput: {
            ReadCapacityUnits: inputs.readCapacity ?? 1,
            WriteCapacityUnits: inputs.writeCapacity ?? 1,
          },
        }),
        ...(inputs.serverSideEncryption && { SSESpecification: sse(inputs) }),
        ...(inputs.deletionProtectionEnabled !== undefined && {
          DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
        }),
        ...tagged(tags),
      });
      const tableArn = await active(call, inputs.name);
      if (inputs.ttl?.enabled) await expire(call, inputs);
      if (inputs.pointInTimeRecovery?.enabled) await recover(call, inputs);
      return { outputs: { arn: tableArn } };
    },
    update: async (inputs, { call, changed }) => {
      await call("dynamodb", "UpdateTable", {
        TableName: inputs.name,
        BillingMode: (inputs.billingMode ?? "PROVISIONED") as "PROVISIONED",
        ...(inputs.billingMode !== "PAY_PER_REQUEST" && {
          ProvisionedThroughput: {
            ReadCapacityUnits: inputs.readCapacity ?? 1,
            WriteCapacityUnits: inputs.writeCapacity ?? 1,
          },
        }),
        DeletionProtectionEnabled: inputs.deletionProtectionEnabled ?? false,
      });
      await active(call, inputs.name);
      if (changed.has("serverSideEncryption")) {
        await call("dynamodb", "UpdateTable", { TableName: inputs.name, SSESpecification: sse(inputs) });
        await active(call, inputs.name);
      }
      if (changed.has("globalSecondaryIndexes")) await updateIndexes(call, inputs);
      if (changed.has("ttl")) await expire(call, inputs);
      if (changed.has("pointInTimeRecovery")) await recover(call, inputs);
    },
    delete: ({ name }, { call }) => call("dynamodb", "DeleteTable", { TableName: name }),
  }),
};

const attributes = ({ attributes = [] }: Args) =>
  attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type as "S" }));

const keySchema = ({
  hashKey,
  rangeKey,
}: {
  hashKey?: string | undefined;
  rangeKey?: string | undefined;
}) => [
  { AttributeName: hashKey, KeyType: "HASH" as const },
  ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
];

const secondaryIndex = (index: NonNullable<Args["globalSecondaryIndexes"]>[number]) => ({
  IndexName: index.name,
  KeySchema: keySchema(index),
  Projection: {
    ProjectionType: index.projectionType as "ALL",
    ...(index.nonKeyAttributes && { NonKeyAttributes: index.nonKeyAttributes }),
  },
});

/** Creates and deletes indexes, one per call as DynamoDB requires. */
async function updateIndexes(call: CallAws, inputs: Args): Promise<void> {
  const TableName = inputs.name;
  const { Table } = await call("dynamodb", "DescribeTable", { TableName });
  const existing = new Set((Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName));
  const wanted = inputs.globalSecondaryIndexes ?? [];
  const updates = [
    ...[...existing]
      .filter((IndexName) => !wanted.some(({ name }) => name === IndexName))
      .map((IndexName) => ({ Delete: { IndexName } })),
    ...wanted.filter(({ name }) => !existing.has(name)).map((index) => ({ Create: secondaryIndex(index) })),
  ];
  for (const update of updates) {
    await call("dynamodb", "UpdateTable", {
      TableName,
      AttributeDefinitions: attributes(inputs),
      GlobalSecondaryIndexUpdates: [update],
    });
    await active(call, TableName);
  }
}

const sse = ({ serverSideEncryption: from }: Args): SSESpecification => ({
  Enabled: from?.enabled ?? false,
  ...(from?.kmsKeyArn && { SSEType: "KMS", KMSMasterKeyId: from.kmsKeyArn }),
});

async function expire(call: CallAws, { name, ttl }: Args): Promise<void> {
  // The attribute is required, also to disable TTL. A program that drops `ttl` no longer names it.
  const AttributeName = ttl?.attributeName ?? (await expiryAttribute(call, name));
  if (AttributeName === undefined) return;
  const TimeToLiveSpecification = { AttributeName, Enabled: ttl?.enabled ?? false };
  await call("dynamodb", "UpdateTimeToLive", { TableName: name, TimeToLiveSpecification }).catch(
    (error: unknown) => {
      // DynamoDB refuses a change that changes nothing: the table of an earlier deployment.
      if (!(error instanceof Error && /TimeToLive is already (en|dis)abled/.test(error.message))) throw error;
    },
  );
}

async function expiryAttribute(call: CallAws, TableName: string | undefined): Promise<string | undefined> {
  const { TimeToLiveDescription } = await call("dynamodb", "DescribeTimeToLive", { TableName });
  return TimeToLiveDescription?.AttributeName;
}

async function recover(call: CallAws, { name, pointInTimeRecovery: from }: Args): Promise<void> {
  await call("dynamodb", "UpdateContinuousBackups", {
    TableName: name,
    PointInTimeRecoverySpecification: {
      PointInTimeRecoveryEnabled: from?.enabled ?? false,
      RecoveryPeriodInDays: from?.recoveryPeriodInDays,
    },
  });
}

async function active(call: CallAws, name: string | undefined): Promise<string | undefined> {
  let tableArn: string | undefined;
  await until(async () => {
    const { Table: table } = await call("dynamodb", "DescribeTable", { TableName: name });
    tableArn = table?.TableArn;
    const indexes = table?.GlobalSecondaryIndexes ?? [];
    return (
      table?.TableStatus === "ACTIVE" &&
      indexes.every(({ IndexStatus: status }) => status === undefined || status === "ACTIVE")
    );
  }, `table ${name}`);
  return tableArn;
}
