import type { GlueTypes } from "../../catalogue/hive-types";
import { createPartitions, partitionInput } from "../partitions";
import type { RunContext } from "../statement";

/** Registers the partitions that a statement wrote objects into. */
export async function addWrittenPartitions(
  context: RunContext,
  table: GlueTypes & { DatabaseName: string; Name: string },
  written: readonly Record<string, string>[],
): Promise<void> {
  const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name);
  if (keys.length === 0) return;
  const distinct = new Map(
    written.map((values) => [JSON.stringify(values), keys.map((key) => values[key] ?? "")]),
  );
  await createPartitions(
    context,
    table,
    [...distinct.values()].map((values) => partitionInput(table, values)),
    true,
  );
}
