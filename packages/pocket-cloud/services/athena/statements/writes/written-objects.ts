import type { GlueTypes } from "../../catalogue/hive-types";
import { objectOf } from "../../run/results";
import { createPartitions, partitionInput } from "../partitions";
import type { RunContext } from "../statement";

/** Uploads the list of the objects that a statement wrote, if any. */
export async function leaveManifest(
  { store, execution }: RunContext,
  bucket: string,
  objects: readonly { readonly key: string }[],
): Promise<void> {
  if (objects.length === 0) return;
  const location = `${execution.location}-manifest.csv`;
  const { bucket: Bucket, key: Key } = objectOf(location);
  const Body = objects.map(({ key }) => `s3://${bucket}/${key}\n`).join("");
  await store.cloud.call("s3", "PutObject", { Bucket, Key, Body }, execution.caller);
  execution.manifest = location;
}

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
