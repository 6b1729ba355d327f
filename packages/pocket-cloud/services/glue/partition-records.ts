import type { Partition, PartitionInput } from "@aws-sdk/client-glue";
import { alreadyExists, invalidInput, notFound } from "./errors";
import { fold, type GlueStore, partitionKeys, type TableRecord } from "./store";

export const partitionNotFound = () => notFound("Cannot find partition.");
export const partitionExists = () => alreadyExists("Partition already exists.");

/** The partition that an input describes, checked against the table's partition keys. */
export function buildPartition(
  store: GlueStore,
  record: TableRecord,
  input: PartitionInput | undefined,
  created?: Date,
): Partition {
  if (!input) throw invalidInput("PartitionInput must not be null");
  const keys = partitionKeys(record).length;
  const values = input.Values?.length ?? 0;
  if (values !== keys)
    throw invalidInput(
      `The number of partition keys do not match the number of partition values: expected ${keys}, got ${values}`,
    );
  return {
    ...input,
    DatabaseName: fold(record.table.DatabaseName),
    TableName: fold(record.table.Name),
    CreationTime: created ?? store.now(),
    CatalogId: store.cloud.accountId,
  };
}

export function replacePartition(
  store: GlueStore,
  record: TableRecord,
  values: readonly string[],
  input: PartitionInput | undefined,
): void {
  const { DatabaseName = "", Name = "" } = record.table;
  const before = store.partition(DatabaseName, Name, values);
  if (!before) throw partitionNotFound();
  const after = buildPartition(store, record, input, before.CreationTime);
  const moved = JSON.stringify(after.Values) !== JSON.stringify(values);
  if (moved && store.partition(DatabaseName, Name, after.Values ?? [])) throw partitionExists();
  store.putPartitions(DatabaseName, Name, [after]);
  if (moved) store.deletePartition(DatabaseName, Name, values);
}
