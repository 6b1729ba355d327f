import type { CreateTableInput, TableDescription, UpdateTableInput } from "@aws-sdk/client-dynamodb";
import { AwsError, unsupported, validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { tagsFrom } from "../../shared/tags";
import type { TableRecord, TableStore } from "../store";
import { TableStreams } from "../streams/table-streams";
import { checkThroughput, describeTable, newDescription, updateDescription } from "../table-description";
import { checkKeySchemas, updateIndexes } from "../table-indexes";

export function tableOperations(store: TableStore) {
  const { cloud, records } = store;
  const resources = store.tableArns;
  return {
    CreateTable: {
      resources,
      run: (input, { caller }) => {
        const name = store.nameOf(input.TableName);
        if (name.length < 3)
          throw validationError(
            "TableName must be at least 3 characters long and at most 255 characters long",
          );
        refuseUnsupported(input);
        checkKeySchemas(input);
        checkThroughput(input);
        if (input.StreamSpecification) TableStreams.check(input.StreamSpecification);
        if (records.has(name)) throw new AwsError("ResourceInUseException", `Table already exists: ${name}`);
        const record: TableRecord = {
          description: newDescription(store, input, caller),
          tags: tagsFrom(input.Tags),
          pointInTimeRecovery: false,
          ...(input.ResourcePolicy && { policy: input.ResourcePolicy }),
        };
        if (input.StreamSpecification?.StreamEnabled) store.applyStream(record, input.StreamSpecification);
        store.save(record);
        return { TableDescription: beingCreated(describeTable(store, record), input) };
      },
    },
    DescribeTable: {
      resources,
      run: ({ TableName }) => ({ Table: describeTable(store, store.record(TableName)) }),
    },
    ListTables: {
      run: ({ ExclusiveStartTableName: after = "", Limit = 100 }) => {
        const names = records.keys().filter((name) => name > after);
        const TableNames = names.slice(0, Limit);
        return { TableNames, ...(names.length > Limit && { LastEvaluatedTableName: TableNames.at(-1) }) };
      },
    },
    UpdateTable: {
      resources,
      run: (input, { caller }) => {
        refuseUnsupported(input);
        if (input.StreamSpecification) TableStreams.check(input.StreamSpecification);
        const record = store.record(input.TableName);
        const { SSEDescription: before } = record.description;
        updateDescription(store, record.description, input, caller);
        store.applyStream(record, input.StreamSpecification);
        updateIndexes(store.open(input.TableName), input);
        store.save(record);
        const description = describeTable(store, record);
        return {
          TableDescription: {
            ...description,
            TableStatus: "UPDATING",
            // Encryption with a key of KMS is still stated while it ends (recorded by LocalStack's test_dynamodb_create_table_with_partial_sse_specification).
            ...(before &&
              !description.SSEDescription && { SSEDescription: { ...before, Status: "UPDATING" } }),
          },
        };
      },
    },
    DeleteTable: {
      resources,
      run: (input) => {
        const record = store.record(input.TableName);
        const { TableName = "", DeletionProtectionEnabled } = record.description;
        if (DeletionProtectionEnabled) {
          if (cloud.enforceDeletionProtection !== false)
            throw validationError(
              "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
            );
          cloud.log(`deleting the table ${TableName} although it has deletion protection`);
        }
        // AWS no longer states the keys (recorded by LocalStack's test_table_crud).
        const { KeySchema, AttributeDefinitions, CreationDateTime, WarmThroughput, ...last } = describeTable(
          store,
          record,
        );
        store.delete(TableName);
        return { TableDescription: { ...last, TableStatus: "DELETING" } };
      },
    },
  } satisfies Operations<"dynamodb">;
}

/** The answer to CreateTable states warm throughput only when it was asked for (recorded by test_table_warm_throughput). */
function beingCreated(
  { WarmThroughput, BillingModeSummary, GlobalSecondaryIndexes, ...description }: TableDescription,
  input: CreateTableInput,
): TableDescription {
  return {
    ...description,
    TableStatus: "CREATING",
    // The time comes later (recorded by test_gsi_with_billing_mode).
    ...(BillingModeSummary && { BillingModeSummary: { BillingMode: BillingModeSummary.BillingMode } }),
    ...(GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ WarmThroughput: warm, ...index }) => ({
        ...index,
        ...(input.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.IndexName)
          ?.WarmThroughput && { WarmThroughput: warm }),
      })),
    }),
    ...(input.WarmThroughput && { WarmThroughput: { ...WarmThroughput, Status: "UPDATING" } }),
  };
}

function refuseUnsupported(input: CreateTableInput | UpdateTableInput): void {
  if ("ReplicaUpdates" in input && input.ReplicaUpdates?.length) throw unsupported("global tables");
  if ("VectorIndexes" in input && input.VectorIndexes?.length) throw unsupported("vector indexes");
}
