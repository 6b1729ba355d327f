import type { ErrorDetail, Partition } from "@aws-sdk/client-glue";
import { AwsError } from "../../../errors";
import { type Make, onTable } from "../operation";
import { buildPartition, partitionExists, replacePartition } from "../partition-records";

/** Runs the change for one entry of a batch. Its failure is that entry's error and does not stop the batch. */
function errorOf(change: () => void): ErrorDetail | undefined {
  try {
    change();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { ErrorCode: error.code, ErrorMessage: error.message };
  }
}

export const BatchCreatePartition: Make<"BatchCreatePartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName = "", TableName = "", PartitionInputList = [] }) => {
    const record = store.table(DatabaseName, TableName);
    const created = new Map<string, Partition>();
    const Errors = PartitionInputList.flatMap((input) => {
      const values = JSON.stringify(input.Values ?? []);
      const ErrorDetail = errorOf(() => {
        const partition = buildPartition(store, record, input);
        if (created.has(values) || store.partition(DatabaseName, TableName, input.Values ?? []))
          throw partitionExists();
        created.set(values, partition);
      });
      return ErrorDetail ? [{ PartitionValues: input.Values, ErrorDetail }] : [];
    });
    store.putPartitions(DatabaseName, TableName, [...created.values()]);
    return { Errors };
  },
});

export const BatchUpdatePartition: Make<"BatchUpdatePartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName = "", TableName = "", Entries = [] }) => {
    const record = store.table(DatabaseName, TableName);
    const Errors = Entries.flatMap(({ PartitionValueList = [], PartitionInput }) => {
      const ErrorDetail = errorOf(() => replacePartition(store, record, PartitionValueList, PartitionInput));
      return ErrorDetail ? [{ PartitionValueList, ErrorDetail }] : [];
    });
    return { Errors };
  },
});

export const BatchDeletePartition: Make<"BatchDeletePartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName = "", TableName = "", PartitionsToDelete = [] }) => {
    store.table(DatabaseName, TableName);
    const Errors = PartitionsToDelete.flatMap(({ Values = [] }) => {
      if (store.partition(DatabaseName, TableName, Values)) {
        store.deletePartition(DatabaseName, TableName, Values);
        return [];
      }
      return [
        {
          PartitionValues: Values,
          ErrorDetail: { ErrorCode: "EntityNotFoundException", ErrorMessage: "Partition not found." },
        },
      ];
    });
    return { Errors };
  },
});

export const BatchGetPartition: Make<"BatchGetPartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName, TableName, PartitionsToGet = [] }) => {
    store.table(DatabaseName, TableName);
    const Partitions = PartitionsToGet.map(({ Values = [] }) =>
      store.partition(DatabaseName, TableName, Values),
    );
    return { Partitions: Partitions.filter((found) => found !== undefined), UnprocessedKeys: [] };
  },
});
