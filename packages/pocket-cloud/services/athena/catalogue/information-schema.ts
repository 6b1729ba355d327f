import type { Table } from "@aws-sdk/client-glue";
import {
  parse,
  parseType,
  quoteText,
  type SourceColumn,
  typeName,
  type ViewSource,
} from "../../../../trino-duckdb";
import type { Caller } from "../../../caller";
import type { CloudContext } from "../../../service";
import { parseHiveType } from "./hive-types";
import { parseView } from "./views";

export const INFORMATION_SCHEMA = "information_schema";

type Row = readonly (string | number | null)[];

interface SystemTable {
  /** Names and types of its columns. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: (databases: readonly string[], tables: readonly Table[], catalog: string) => Row[];
}

const IDENTITY = { table_catalog: "varchar", table_schema: "varchar", table_name: "varchar" };

const isView = ({ TableType }: Table): boolean => TableType === "VIRTUAL_VIEW";
const identityOf = (table: Table, catalog: string): Row => [
  catalog,
  table.DatabaseName ?? "",
  table.Name ?? "",
];

/** Trino's tables about the catalogue. Source: "Query the AWS Glue Data Catalog", Athena user guide. */
const TABLES: Readonly<Record<string, SystemTable>> = {
  schemata: {
    columns: { catalog_name: "varchar", schema_name: "varchar" },
    rows: (databases, _tables, catalog) => [...databases, INFORMATION_SCHEMA].map((name) => [catalog, name]),
  },
  tables: {
    columns: { ...IDENTITY, table_type: "varchar" },
    rows: (_databases, tables, catalog) =>
      tables.map((table) => [...identityOf(table, catalog), isView(table) ? "VIEW" : "BASE TABLE"]),
  },
  views: {
    columns: { ...IDENTITY, view_definition: "varchar" },
    rows: (_databases, tables, catalog) =>
      tables.filter(isView).map((table) => [...identityOf(table, catalog), parseView(table).sql]),
  },
  columns: {
    columns: {
      ...IDENTITY,
      column_name: "varchar",
      ordinal_position: "bigint",
      column_default: "varchar",
      is_nullable: "varchar",
      data_type: "varchar",
    },
    rows: (_databases, tables, catalog) =>
      tables.flatMap((table) =>
        columnsOf(table).map(
          (column, at): Row => [
            ...identityOf(table, catalog),
            ...[column.name, at + 1, null, "YES", typeName(column.type)],
          ],
        ),
      ),
  },
};

function columnsOf(table: Table): readonly SourceColumn[] {
  if (isView(table)) return parseView(table).columns;
  return [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])].map(
    ({ Name = "", Type = "string" }) => ({ name: Name.toLowerCase(), type: parseHiveType(Type) }),
  );
}

/** A view over the present content of the catalogue that the caller may read; undefined for another name. */
export async function informationSchema(
  cloud: CloudContext,
  caller: Caller,
  catalog: string,
  name: string,
): Promise<ViewSource | undefined> {
  const table = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined;
  if (!table) return undefined;
  const databases = await databaseNames(cloud, caller);
  const tables = name === "schemata" ? [] : await tablesOf(cloud, caller, databases);
  const columns = Object.entries(table.columns);
  const rows = table.rows(databases, tables, catalog).map((row) => `(${row.map(literal).join(", ")})`);
  const empty = `(${columns.map(() => "NULL").join(", ")})`;
  const typed = columns.map(([column, type]) => `CAST(${column} AS ${type}) AS ${column}`);
  const names = columns.map(([column]) => column).join(", ");
  const sql = `SELECT ${typed.join(", ")} FROM (VALUES ${rows.length > 0 ? rows.join(", ") : empty}) AS t (${names})${rows.length > 0 ? "" : " WHERE false"}`;
  return {
    statement: parse(sql),
    catalog,
    schema: INFORMATION_SCHEMA,
    columns: columns.map(([column, type]) => ({ name: column, type: parseType(type) })),
  };
}

const literal = (value: Row[number]): string =>
  value === null ? "NULL" : typeof value === "number" ? String(value) : quoteText(value);

async function databaseNames(cloud: CloudContext, caller: Caller): Promise<string[]> {
  const names: string[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await cloud.call(
      "glue",
      "GetDatabases",
      NextToken === undefined ? {} : { NextToken },
      caller,
    );
    names.push(...(page.DatabaseList ?? []).map(({ Name = "" }) => Name));
    NextToken = page.NextToken;
    if (NextToken === undefined) return names;
  }
}

async function tablesOf(cloud: CloudContext, caller: Caller, databases: readonly string[]): Promise<Table[]> {
  const tables: Table[] = [];
  for (const DatabaseName of databases)
    for (let NextToken: string | undefined; ; ) {
      const input = { DatabaseName, ...(NextToken !== undefined && { NextToken }) };
      const page = await cloud.call("glue", "GetTables", input, caller);
      tables.push(...(page.TableList ?? []));
      NextToken = page.NextToken;
      if (NextToken === undefined) break;
    }
  return tables;
}
