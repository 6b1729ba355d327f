import type { PartitionInput, SchemaChangePolicy, Table, TableInput } from "@aws-sdk/client-glue";
import { type Catalogue, inputOf, sameColumns } from "./catalogue";
import type { CrawlerConfiguration } from "./configuration";
import type { InferredTable } from "./grouping";
import { hashedName, locationOf, partitionInputs, tableInput, tableName } from "./table-input";

export interface Changes {
  readonly created: string[];
  readonly updated: string[];
  readonly deleted: string[];
  readonly partitionsCreated: string[];
  readonly partitionsUpdated: string[];
  readonly partitionsDeleted: string[];
  readonly log: string[];
}

export const noChanges = (): Changes => ({
  created: [],
  updated: [],
  deleted: [],
  partitionsCreated: [],
  partitionsUpdated: [],
  partitionsDeleted: [],
  log: [],
});

export interface Rules {
  readonly crawler: string;
  readonly prefix: string;
  readonly policy: SchemaChangePolicy;
  readonly configuration: CrawlerConfiguration;
  /** The crawl skipped folders of earlier runs, so missing files do not mean that they were deleted. */
  readonly newFoldersOnly: boolean;
}

export interface FoundTable {
  readonly bucket: string;
  readonly table: InferredTable;
}

/** Creates, updates and retires tables and partitions so that the catalogue matches the crawl, within its policies. */
export async function reconcile(
  catalogue: Catalogue,
  found: readonly FoundTable[],
  rules: Rules,
): Promise<Changes> {
  const changes = noChanges();
  const names = new Set<string>();
  for (const { bucket, table } of found) {
    // The calls do not yield to the event loop; requests would wait for all tables.
    await new Promise(setImmediate);
    const input = await reconcileTable(catalogue, bucket, table, rules, changes, names);
    await reconcilePartitions(catalogue, bucket, table, input, rules, changes);
    names.add(input.Name ?? "");
  }
  if (!rules.newFoldersOnly)
    for (const table of await catalogue.tablesOf(rules.crawler, rules.prefix))
      if (!names.has(table.Name ?? "")) await retire(catalogue, table, rules, changes);
  return changes;
}

/** Creates or updates a table; returns its definition in the catalogue afterwards. */
async function reconcileTable(
  catalogue: Catalogue,
  bucket: string,
  table: InferredTable,
  rules: Rules,
  changes: Changes,
  taken: ReadonlySet<string>,
): Promise<TableInput> {
  const location = locationOf(bucket, table.path);
  const plainName = tableName(rules.prefix, table.name);
  let inferred = tableInput(table, plainName, location, rules.crawler);
  let existing = await catalogue.find(plainName);
  if (taken.has(plainName) || (existing && !isSameTable(existing, inferred))) {
    inferred = { ...inferred, Name: hashedName(plainName, location) };
    existing = await catalogue.find(inferred.Name ?? "");
  }
  if (!existing) {
    await catalogue.create(inferred);
    changes.created.push(inferred.Name ?? "");
    return inferred;
  }
  const updated = updatedInput(existing, inferred, rules);
  const schemaChanged = !sameColumns(existing.StorageDescriptor?.Columns, updated.StorageDescriptor?.Columns);
  if (rules.newFoldersOnly || rules.policy.UpdateBehavior === "LOG") {
    if (schemaChanged)
      changes.log.push(`INFO : Table ${updated.Name} has a changed schema, this is only logged`);
    return inputOf(existing);
  }
  if (JSON.stringify(sorted(inputOf(existing))) !== JSON.stringify(sorted(updated))) {
    // A changed number of records or objects does not make a new version.
    await catalogue.update(updated, !schemaChanged);
    if (schemaChanged) changes.updated.push(updated.Name ?? "");
  }
  return updated;
}

/** An existing table is the crawler's if its location and partition keys are the same. */
const isSameTable = (existing: Table, input: TableInput): boolean =>
  existing.StorageDescriptor?.Location?.replace(/\/*$/, "/") ===
    input.StorageDescriptor?.Location?.replace(/\/*$/, "/") &&
  JSON.stringify(existing.PartitionKeys?.map(({ Name }) => Name)) ===
    JSON.stringify(input.PartitionKeys?.map(({ Name }) => Name));

function updatedInput(existing: Table, input: TableInput, { configuration }: Rules): TableInput {
  if (!configuration.mergeNewColumns) return { ...input, Description: existing.Description };
  const before = existing.StorageDescriptor?.Columns ?? [];
  const names = new Set(before.map(({ Name }) => Name));
  const added = (input.StorageDescriptor?.Columns ?? []).filter(({ Name }) => !names.has(Name));
  return {
    ...inputOf(existing),
    Parameters: { ...existing.Parameters, ...input.Parameters },
    StorageDescriptor: { ...existing.StorageDescriptor, Columns: [...before, ...added] },
  };
}

/** The value with all members in the order of their names, for comparison. */
const sorted = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, member]) => [name, sorted(member)]),
      )
    : value;

async function reconcilePartitions(
  catalogue: Catalogue,
  bucket: string,
  table: InferredTable,
  definition: TableInput,
  { crawler, configuration, policy, newFoldersOnly }: Rules,
  changes: Changes,
): Promise<void> {
  if (table.partitions.length === 0) return;
  const name = definition.Name ?? "";
  const label = ({ Values = [] }: PartitionInput) => `${name}/${Values.join("/")}`;
  const before = new Map(
    (await catalogue.partitions(name)).map((partition) => [JSON.stringify(partition.Values), partition]),
  );
  const added: PartitionInput[] = [];
  for (const inferred of partitionInputs(table, bucket, crawler)) {
    const input = configuration.inheritFromTable ? inheriting(inferred, definition) : inferred;
    const existing = before.get(JSON.stringify(input.Values));
    before.delete(JSON.stringify(input.Values));
    if (!existing) added.push(input);
    else if (
      policy.UpdateBehavior !== "LOG" &&
      !sameColumns(existing.StorageDescriptor?.Columns, input.StorageDescriptor?.Columns)
    ) {
      await catalogue.updatePartition(name, existing, input);
      changes.partitionsUpdated.push(label(input));
    }
  }
  await catalogue.createPartitions(name, added);
  changes.partitionsCreated.push(...added.map(label));
  if (newFoldersOnly || policy.DeleteBehavior !== "DELETE_FROM_DATABASE") return;
  const gone = [...before.values()];
  await catalogue.deletePartitions(name, gone);
  changes.partitionsDeleted.push(...gone.map(label));
}

/** Columns and format of the table, location and counts of the partition. */
const inheriting = (partition: PartitionInput, table: TableInput): PartitionInput => ({
  ...partition,
  StorageDescriptor: {
    ...table.StorageDescriptor,
    Location: partition.StorageDescriptor?.Location,
    Parameters: partition.Parameters,
  },
});

/** Applies the deletion policy to a table of this crawler that has no files any more. */
async function retire(
  catalogue: Catalogue,
  table: Table,
  { policy, crawler }: Rules,
  changes: Changes,
): Promise<void> {
  const name = table.Name ?? "";
  if (policy.DeleteBehavior === "DELETE_FROM_DATABASE") {
    await catalogue.delete(name);
    changes.deleted.push(name);
  } else if (policy.DeleteBehavior === "LOG")
    changes.log.push(`INFO : Table ${name} has no more files; the crawler is configured to log this only`);
  else if (table.Parameters?.DEPRECATED_BY_CRAWLER === undefined) {
    const input = inputOf(table);
    const Parameters = { ...input.Parameters, DEPRECATED_BY_CRAWLER: crawler };
    await catalogue.update({ ...input, Parameters }, false);
    changes.updated.push(name);
  }
}
