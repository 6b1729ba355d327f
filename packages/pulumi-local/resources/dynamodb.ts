import type { SSESpecification } from "@aws-sdk/client-dynamodb";
import type { dynamodb } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import type { CallAws } from "../aws";
import { byName, type Types, tagged, type, until } from "./type";

type Args = Unwrap<dynamodb.TableArgs>;

export const dynamodbTypes: Types = {
  "aws:dynamodb/table:Table": type<dynamodb.TableArgs>({
    nameInput: "name",
    replaceOn: ["name", "hashKey", "rangeKey", "localSecondaryIndexes"],
    holdsData: true,
    taggable: true,
    describe: byName("dynamodb", "table/"),
    create: async (inputs, { call, tags }) => {
      if (inputs.globalSecondaryIndexes || inputs.localSecondaryIndexes)
        throw new Error(`table ${inputs.name}: secondary indexes are not supported`);
      await call("dynamodb", "CreateTable", {
        TableName: inputs.name,
        AttributeDefinitions: (inputs.attributes ?? []).map(({ name, type }) => ({
          AttributeName: name,
          AttributeType: type as "S",
        })),
        KeySchema: [
          { AttributeName: inputs.hashKey, KeyType: "HASH" },
          ...(inputs.rangeKey ? [{ AttributeName: inputs.rangeKey, KeyType: "RANGE" as const }] : []),
        ],
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
      if (changed.has("ttl")) await expire(call, inputs);
      if (changed.has("pointInTimeRecovery")) await recover(call, inputs);
    },
    delete: ({ name }, { call }) => call("dynamodb", "DeleteTable", { TableName: name }),
  }),
};

const sse = ({ serverSideEncryption: from }: Args): SSESpecification => ({
  Enabled: from?.enabled,
  ...(from?.kmsKeyArn && { SSEType: "KMS", KMSMasterKeyId: from.kmsKeyArn }),
});

async function expire(call: CallAws, { name, ttl }: Args): Promise<void> {
  const TimeToLiveSpecification = { AttributeName: ttl?.attributeName, Enabled: ttl?.enabled ?? false };
  await call("dynamodb", "UpdateTimeToLive", { TableName: name, TimeToLiveSpecification }).catch(
    (error: unknown) => {
      // DynamoDB refuses a change that changes nothing: the table of an earlier deployment.
      if (!(error instanceof Error && /TimeToLive is already (en|dis)abled/.test(error.message))) throw error;
    },
  );
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
    return table?.TableStatus === "ACTIVE";
  }, `table ${name}`);
  return tableArn;
}
