import type { StorageDescriptor, Table, TableInput } from "@aws-sdk/client-glue";
import { AwsError, unsupported } from "../../../errors";
import type { Call } from "../../../service";
import { alreadyExists, invalidInput, notFound } from "../errors";
import { type Make, onTable, pageOf } from "../operation";
import { checkName, fold, type GlueStore } from "../store";

/** Adds the defaults that AWS reads back for members a storage descriptor leaves out. */
const withDefaults = (descriptor: StorageDescriptor): StorageDescriptor => ({
  Compressed: false,
  NumberOfBuckets: 0,
  SortColumns: [],
  StoredAsSubDirectories: false,
  ...descriptor,
});

function build(
  store: GlueStore,
  database: string,
  input: TableInput,
  call: Call,
): Omit<Table, "CreateTime" | "VersionId"> {
  if (input.FederatedTable) throw unsupported("federated tables");
  if (input.ViewDefinition) throw unsupported("multi-dialect views (ViewDefinition)");
  const { FederatedTable: _, ViewDefinition: __, StorageDescriptor, ...rest } = input;
  return {
    Retention: 0,
    ...rest,
    ...(StorageDescriptor && { StorageDescriptor: withDefaults(StorageDescriptor) }),
    Name: checkName(input.Name, "Table"),
    DatabaseName: fold(database),
    UpdateTime: store.now(),
    CreatedBy: call.caller.arn,
    IsRegisteredWithLakeFormation: false,
    CatalogId: store.cloud.accountId,
    IsMultiDialectView: false,
  };
}

export const CreateTable: Make<"CreateTable"> = (store) => ({
  resources: (input) => store.catalogueArns(input.DatabaseName, input.TableInput?.Name),
  run: (input, call) => {
    const { DatabaseName = "", TableInput, PartitionIndexes = [] } = input;
    if (input.OpenTableFormatInput) throw unsupported("open table formats (Iceberg)");
    store.database(DatabaseName);
    if (!TableInput) throw invalidInput("TableInput must not be null");
    const table = build(store, DatabaseName, TableInput, call);
    if (store.findTable(DatabaseName, table.Name)) throw alreadyExists("Table already exists.");
    store.putTable({
      table: { ...table, CreateTime: store.now(), VersionId: "0" },
      indexes: PartitionIndexes,
    });
    return {};
  },
});

export const UpdateTable: Make<"UpdateTable"> = (store) => ({
  resources: (input) => store.catalogueArns(input.DatabaseName, input.TableInput?.Name ?? input.Name),
  run: (input, call) => {
    const { DatabaseName = "", TableInput } = input;
    if (input.UpdateOpenTableFormatInput) throw unsupported("open table formats (Iceberg)");
    if (!TableInput) throw invalidInput("TableInput must not be null");
    const before = store.table(DatabaseName, TableInput.Name);
    if (input.VersionId !== undefined && input.VersionId !== before.table.VersionId)
      throw new AwsError(
        "ConcurrentModificationException",
        `Update table failed due to concurrent modifications.`,
      );
    if (!input.SkipArchive) store.archive(before.table);
    const after: Table = {
      ...build(store, DatabaseName, TableInput, call),
      ...(before.table.CreateTime && { CreateTime: before.table.CreateTime }),
      ...(before.table.CreatedBy && { CreatedBy: before.table.CreatedBy }),
      VersionId: String(Number(before.table.VersionId) + 1),
    };
    store.putTable({ ...before, table: after });
    return {};
  },
});

export const GetTable: Make<"GetTable"> = (store) => ({
  resources: (input) => store.catalogueArns(input.DatabaseName, input.Name),
  run: ({ DatabaseName, Name }) => ({ Table: store.table(DatabaseName, Name).table }),
});

export const GetTables: Make<"GetTables"> = (store) => ({
  resources: (input) => store.catalogueArns(input.DatabaseName),
  run: (input) => {
    const { Name } = store.database(input.DatabaseName);
    const matches = nameMatcher(input.Expression);
    const found = store
      .tables(fold(Name))
      .map(({ table }) => table)
      .filter((table) => matches(fold(table.Name)));
    const { page, ...next } = pageOf(found, input);
    const namesOnly = input.AttributesToGet?.length === 1 && input.AttributesToGet[0] === "NAME";
    const TableList = namesOnly ? page.map(({ Name, DatabaseName }) => ({ Name, DatabaseName })) : page;
    return { TableList, ...next };
  },
});

/** The expression is a regular expression over the whole name. "*" alone matches every name. */
function nameMatcher(expression: string | undefined): (name: string) => boolean {
  if (expression === undefined || expression === "" || expression === "*") return () => true;
  try {
    const pattern = new RegExp(`^(?:${expression})$`, "i");
    return (name) => pattern.test(name);
  } catch {
    throw invalidInput(`The expression '${expression}' is not a valid regular expression`);
  }
}

export const DeleteTable: Make<"DeleteTable"> = (store) => ({
  resources: (input) => store.catalogueArns(input.DatabaseName, input.Name),
  run: ({ DatabaseName = "", Name = "" }) => {
    store.table(DatabaseName, Name);
    store.dropTable(DatabaseName, Name);
    return {};
  },
});

export const BatchDeleteTable: Make<"BatchDeleteTable"> = (store) => ({
  resources: (input) =>
    (input.TablesToDelete ?? []).flatMap((name) => store.catalogueArns(input.DatabaseName, name)),
  run: ({ DatabaseName = "", TablesToDelete = [] }) => {
    store.database(DatabaseName);
    const missing = TablesToDelete.filter((name) => !store.findTable(DatabaseName, name));
    for (const name of TablesToDelete) if (!missing.includes(name)) store.dropTable(DatabaseName, name);
    return {
      Errors: missing.map((TableName) => ({
        TableName,
        ErrorDetail: {
          ErrorCode: "EntityNotFoundException",
          ErrorMessage: `Table ${fold(TableName)} not found.`,
        },
      })),
    };
  },
});

export const GetTableVersions: Make<"GetTableVersions"> = (store) => ({
  ...onTable(store),
  run: (input) => {
    const { page, ...next } = pageOf(store.versions(input.DatabaseName, input.TableName), input);
    return { TableVersions: page.map(versionOf), ...next };
  },
});

export const GetTableVersion: Make<"GetTableVersion"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName, TableName, VersionId }) => {
    const versions = store.versions(DatabaseName, TableName);
    const found =
      VersionId === undefined ? versions[0] : versions.find((table) => table.VersionId === VersionId);
    if (!found) throw notFound(`Version not found.`);
    return { TableVersion: versionOf(found) };
  },
});

const versionOf = (Table: Table) => ({ Table, VersionId: Table.VersionId });

export const DeleteTableVersion: Make<"DeleteTableVersion"> = (store) => ({
  ...onTable(store),
  run: ({ DatabaseName = "", TableName = "", VersionId = "" }) => {
    const versions = store.versions(DatabaseName, TableName);
    if (versions[0]?.VersionId === VersionId)
      throw invalidInput("Cannot delete the latest version of a table");
    if (!versions.some((table) => table.VersionId === VersionId)) throw notFound(`Version not found.`);
    store.deleteVersion(DatabaseName, TableName, VersionId);
    return {};
  },
});
