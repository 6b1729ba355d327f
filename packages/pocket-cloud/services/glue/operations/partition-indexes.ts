import type { PartitionIndexDescriptor } from "@aws-sdk/client-glue";
import { alreadyExists, invalidInput, notFound } from "../errors";
import { type Make, onTable } from "../operation";
import { partitionKeys } from "../store";

/** Indexes are stored and read back. Partition lookups do not use them. */
export const GetPartitionIndexes: Make<"GetPartitionIndexes"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName, TableName }) => {
    const record = store.table(DatabaseName, TableName);
    const types = new Map(partitionKeys(record).map(({ Name, Type }) => [Name, Type]));
    return {
      PartitionIndexDescriptorList: record.indexes.map(
        ({ IndexName, Keys = [] }): PartitionIndexDescriptor => ({
          IndexName,
          Keys: Keys.map((Name) => ({ Name, Type: types.get(Name) ?? "string" })),
          IndexStatus: "ACTIVE",
        }),
      ),
    };
  },
});

export const CreatePartitionIndex: Make<"CreatePartitionIndex"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName, TableName, PartitionIndex: index }) => {
    const record = store.table(DatabaseName, TableName);
    const names = partitionKeys(record).map(({ Name }) => Name);
    const unknown = (index?.Keys ?? []).find((key) => !names.includes(key));
    if (!index || unknown !== undefined) throw invalidInput(`Partition key ${unknown} not found in table`);
    if (record.indexes.some(({ IndexName }) => IndexName === index.IndexName))
      throw alreadyExists("Index with the given indexName already exists");
    store.putTable({ ...record, indexes: [...record.indexes, index] });
    return {};
  },
});

export const DeletePartitionIndex: Make<"DeletePartitionIndex"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName, TableName, IndexName }) => {
    const record = store.table(DatabaseName, TableName);
    const indexes = record.indexes.filter((index) => index.IndexName !== IndexName);
    if (indexes.length === record.indexes.length) throw notFound("Index with the given indexName not found");
    store.putTable({ ...record, indexes });
    return {};
  },
});
