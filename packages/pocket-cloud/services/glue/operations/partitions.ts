import type { Partition, PartitionInput } from "@aws-sdk/client-glue";
import { alreadyExists, invalidInput, notFound } from "../errors";
import { parseExpression } from "../expression";
import { type Make, onTable } from "../operation";
import { pageOf } from "../pages";
import { fold, type GlueStore, partitionKeys, type TableRecord } from "../store";

const missing = () => notFound("Cannot find partition.");

export function buildPartition(
  store: GlueStore,
  record: TableRecord,
  input: PartitionInput | undefined,
  created?: Date,
): Partition {
  if (!input) throw invalidInput("PartitionInput must not be null");
  const { table } = record;
  checkValues(record, input.Values ?? []);
  return {
    ...input,
    DatabaseName: fold(table.DatabaseName),
    TableName: fold(table.Name),
    CreationTime: created ?? store.now(),
    CatalogId: store.cloud.accountId,
  };
}

function checkValues(record: TableRecord, values: readonly string[]): void {
  const keys = partitionKeys(record);
  if (values.length !== keys.length)
    throw invalidInput(
      `The number of partition keys do not match the number of partition values: expected ${keys.length}, got ${values.length}`,
    );
}

export const createPartition: Make<"CreatePartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName = "", TableName = "", PartitionInput: input }) => {
    const partition = buildPartition(store, store.table(DatabaseName, TableName), input);
    if (store.partition(DatabaseName, TableName, partition.Values ?? []))
      throw alreadyExists("Partition already exists.");
    store.putPartitions(DatabaseName, TableName, [partition]);
    return {};
  },
});

export const getPartition: Make<"GetPartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName, TableName, PartitionValues = [] }) => {
    store.table(DatabaseName, TableName);
    const found = store.partition(DatabaseName, TableName, PartitionValues);
    if (!found) throw missing();
    return { Partition: found };
  },
});

export const updatePartition: Make<"UpdatePartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName = "", TableName = "", PartitionValueList = [], PartitionInput: input }) => {
    replacePartition(store, store.table(DatabaseName, TableName), PartitionValueList, input);
    return {};
  },
});

export function replacePartition(
  store: GlueStore,
  record: TableRecord,
  values: readonly string[],
  input: PartitionInput | undefined,
): void {
  const { DatabaseName = "", Name = "" } = record.table;
  const before = store.partition(DatabaseName, Name, values);
  if (!before) throw missing();
  const after = buildPartition(store, record, input, before.CreationTime);
  const moved = JSON.stringify(after.Values) !== JSON.stringify(values);
  if (moved && store.partition(DatabaseName, Name, after.Values ?? []))
    throw alreadyExists("Partition already exists.");
  store.putPartitions(DatabaseName, Name, [after]);
  if (moved) store.deletePartition(DatabaseName, Name, values);
}

export const deletePartition: Make<"DeletePartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName, TableName, PartitionValues = [] }) => {
    store.table(DatabaseName, TableName);
    if (!store.partition(DatabaseName, TableName, PartitionValues)) throw missing();
    store.deletePartition(DatabaseName, TableName, PartitionValues);
    return {};
  },
});

export const getPartitions: Make<"GetPartitions"> = (store) => ({
  ...onTable(store),
  run: (input) => {
    const record = store.table(input.DatabaseName, input.TableName);
    const matches = parseExpression(input.Expression, partitionKeys(record));
    const found = store
      .partitions(input.DatabaseName, input.TableName)
      .filter((partition, index) => inSegment(input.Segment, index) && matches(partition.Values ?? []));
    const { page, ...next } = pageOf(found, input, 1000);
    return { Partitions: input.ExcludeColumnSchema ? page.map(withoutColumns) : page, ...next };
  },
});

function inSegment(
  segment: { SegmentNumber?: number | undefined; TotalSegments?: number | undefined } | undefined,
  index: number,
): boolean {
  if (!segment) return true;
  const { SegmentNumber = 0, TotalSegments = 1 } = segment;
  if (TotalSegments < 1 || TotalSegments > 10 || SegmentNumber < 0 || SegmentNumber >= TotalSegments)
    throw invalidInput(`Segment ${SegmentNumber} of ${TotalSegments} is not valid`);
  return index % TotalSegments === SegmentNumber;
}

function withoutColumns(partition: Partition): Partition {
  if (!partition.StorageDescriptor) return partition;
  const { Columns: _, ...StorageDescriptor } = partition.StorageDescriptor;
  return { ...partition, StorageDescriptor };
}
