import type { Partition } from "@aws-sdk/client-glue";
import { invalidInput } from "../errors";
import { parseExpression } from "../expression";
import { type Make, onTable, pageOf } from "../operation";
import { buildPartition, partitionExists, partitionNotFound, replacePartition } from "../partition-records";
import { partitionKeys } from "../store";

export const CreatePartition: Make<"CreatePartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName = "", TableName = "", PartitionInput: input }) => {
    const partition = buildPartition(store, store.table(DatabaseName, TableName), input);
    if (store.partition(DatabaseName, TableName, partition.Values ?? [])) throw partitionExists();
    store.putPartitions(DatabaseName, TableName, [partition]);
    return {};
  },
});

export const GetPartition: Make<"GetPartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName, TableName, PartitionValues = [] }) => {
    store.table(DatabaseName, TableName);
    const found = store.partition(DatabaseName, TableName, PartitionValues);
    if (!found) throw partitionNotFound();
    return { Partition: found };
  },
});

export const UpdatePartition: Make<"UpdatePartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName = "", TableName = "", PartitionValueList = [], PartitionInput: input }) => {
    replacePartition(store, store.table(DatabaseName, TableName), PartitionValueList, input);
    return {};
  },
});

export const DeletePartition: Make<"DeletePartition"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName, TableName, PartitionValues = [] }) => {
    store.table(DatabaseName, TableName);
    if (!store.partition(DatabaseName, TableName, PartitionValues)) throw partitionNotFound();
    store.deletePartition(DatabaseName, TableName, PartitionValues);
    return {};
  },
});

export const GetPartitions: Make<"GetPartitions"> = (store) => ({
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
