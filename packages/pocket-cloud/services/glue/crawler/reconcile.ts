import type { Partition, PartitionInput, SchemaChangePolicy, Table, TableInput } from "@aws-sdk/client-glue";
import { type Catalogue, inputOf, sameColumns } from "./catalogue";
import type { CrawlerConfiguration } from "./configuration";
import type { Draft } from "./grouping";
import { locationOf, otherName, partitionInput, tableInput, tableName } from "./table-input";

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
  /** Only what is new is added: what was found before was not looked at again. */
  readonly additionsOnly: boolean;
}

export interface Found {
  readonly bucket: string;
  readonly draft: Draft;
}

/** Brings the catalogue into line with what the crawl found, as far as the policies allow. */
export async function reconcile(
  catalogue: Catalogue,
  found: readonly Found[],
  rules: Rules,
): Promise<Changes> {
  const changes = noChanges();
  const kept = new Set<string>();
  for (const { bucket, draft } of found)
    kept.add(await reconcileTable(catalogue, bucket, draft, rules, changes, kept));
  if (!rules.additionsOnly)
    for (const table of await catalogue.tablesOf(rules.crawler, rules.prefix))
      if (!kept.has(table.Name ?? "")) await retire(catalogue, table, rules, changes);
  return changes;
}

async function reconcileTable(
  catalogue: Catalogue,
  bucket: string,
  draft: Draft,
  rules: Rules,
  changes: Changes,
  taken: ReadonlySet<string>,
): Promise<string> {
  const location = locationOf(bucket, draft.path);
  const plainName = tableName(rules.prefix, draft.name);
  const wanted = (name: string) => tableInput(draft, name, location, rules.crawler);
  let name = plainName;
  let existing = await catalogue.find(name);
  if (taken.has(name) || (existing && !sameTable(existing, wanted(name)))) {
    name = otherName(plainName, location);
    existing = await catalogue.find(name);
  }
  const input = existing ? mended(existing, wanted(name), rules) : wanted(name);
  if (!existing) {
    await catalogue.create(input);
    changes.created.push(name);
  } else if (!rules.additionsOnly && rules.policy.UpdateBehavior !== "LOG")
    await update(catalogue, existing, input, changes);
  else if (!sameColumns(existing.StorageDescriptor?.Columns, input.StorageDescriptor?.Columns))
    changes.log.push(`INFO : Table ${name} has a changed schema, which is only logged`);
  await reconcilePartitions(
    catalogue,
    bucket,
    draft,
    existing ? { ...input, ...unlessUpdated(existing, rules) } : input,
    rules,
    changes,
  );
  return name;
}

const unlessUpdated = (existing: Table, { policy, additionsOnly }: Rules): TableInput | undefined =>
  policy.UpdateBehavior === "LOG" || additionsOnly ? inputOf(existing) : undefined;

/** A table of the same place and the same partition keys is the same table; another of its name keeps the name. */
const sameTable = (existing: Table, input: TableInput): boolean =>
  existing.StorageDescriptor?.Location?.replace(/\/*$/, "/") ===
    input.StorageDescriptor?.Location?.replace(/\/*$/, "/") &&
  JSON.stringify(existing.PartitionKeys?.map(({ Name }) => Name)) ===
    JSON.stringify(input.PartitionKeys?.map(({ Name }) => Name));

/** What the crawler would write over an existing table. */
function mended(existing: Table, input: TableInput, { configuration }: Rules): TableInput {
  if (!configuration.mergeNewColumns) return { ...input, Description: existing.Description };
  const before = existing.StorageDescriptor?.Columns ?? [];
  const known = new Set(before.map(({ Name }) => Name));
  const Columns = [
    ...before,
    ...(input.StorageDescriptor?.Columns ?? []).filter(({ Name }) => !known.has(Name)),
  ];
  return {
    ...inputOf(existing),
    Parameters: { ...existing.Parameters, ...input.Parameters },
    StorageDescriptor: { ...existing.StorageDescriptor, Columns },
  };
}

async function update(
  catalogue: Catalogue,
  existing: Table,
  input: TableInput,
  changes: Changes,
): Promise<void> {
  const before = inputOf(existing);
  if (JSON.stringify(sorted(before)) === JSON.stringify(sorted(input))) return;
  const schemaChanged = !sameColumns(existing.StorageDescriptor?.Columns, input.StorageDescriptor?.Columns);
  // Counts of records and objects are no reason for another version.
  await catalogue.update(input, !schemaChanged);
  if (schemaChanged) changes.updated.push(input.Name ?? "");
}

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
  draft: Draft,
  table: TableInput,
  rules: Rules,
  changes: Changes,
): Promise<void> {
  if (draft.partitions.length === 0) return;
  const name = table.Name ?? "";
  const label = (values: readonly string[] | undefined) => `${name}/${(values ?? []).join("/")}`;
  const before = new Map(
    (await catalogue.partitions(name)).map((partition) => [JSON.stringify(partition.Values), partition]),
  );
  const fresh: PartitionInput[] = [];
  for (const partition of draft.partitions) {
    const own = partitionInput(draft, partition, locationOf(bucket, partition.path), rules.crawler);
    const input = rules.configuration.inherit ? inheriting(own, table) : own;
    const known = before.get(JSON.stringify(input.Values));
    before.delete(JSON.stringify(input.Values));
    if (!known) fresh.push(input);
    else if (
      rules.policy.UpdateBehavior !== "LOG" &&
      !sameColumns(known.StorageDescriptor?.Columns, input.StorageDescriptor?.Columns)
    ) {
      await catalogue.cloud.call(
        "glue",
        "UpdatePartition",
        {
          DatabaseName: catalogue.database,
          TableName: name,
          PartitionValueList: known.Values,
          PartitionInput: input,
        },
        catalogue.caller,
      );
      changes.partitionsUpdated.push(label(input.Values));
    }
  }
  for (let at = 0; at < fresh.length; at += 100) {
    const PartitionInputList = fresh.slice(at, at + 100);
    await catalogue.cloud.call(
      "glue",
      "BatchCreatePartition",
      { DatabaseName: catalogue.database, TableName: name, PartitionInputList },
      catalogue.caller,
    );
    changes.partitionsCreated.push(...PartitionInputList.map(({ Values }) => label(Values)));
  }
  if (!rules.additionsOnly)
    await dropPartitions(catalogue, name, [...before.values()], rules, changes, label);
}

/** Columns and format of the table, place and counts of the partition. */
const inheriting = (own: PartitionInput, table: TableInput): PartitionInput => ({
  ...own,
  StorageDescriptor: {
    ...table.StorageDescriptor,
    Location: own.StorageDescriptor?.Location,
    Parameters: own.Parameters,
  },
});

async function dropPartitions(
  catalogue: Catalogue,
  table: string,
  gone: readonly Partition[],
  { policy }: Rules,
  changes: Changes,
  label: (values: readonly string[] | undefined) => string,
): Promise<void> {
  if (policy.DeleteBehavior !== "DELETE_FROM_DATABASE") return;
  for (let at = 0; at < gone.length; at += 25) {
    const PartitionsToDelete = gone.slice(at, at + 25).map(({ Values }) => ({ Values }));
    const input = { DatabaseName: catalogue.database, TableName: table, PartitionsToDelete };
    await catalogue.cloud.call("glue", "BatchDeletePartition", input, catalogue.caller);
    changes.partitionsDeleted.push(...PartitionsToDelete.map(({ Values }) => label(Values)));
  }
}

/** A table of this crawler whose files are gone. */
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
    changes.log.push(`INFO : Table ${name} has no more files, which is only logged`);
  else if (table.Parameters?.DEPRECATED_BY_CRAWLER === undefined) {
    const input = inputOf(table);
    await catalogue.update(
      { ...input, Parameters: { ...input.Parameters, DEPRECATED_BY_CRAWLER: crawler } },
      false,
    );
    changes.updated.push(name);
  }
}
