import type { Table } from "@aws-sdk/client-glue";
import { fail, quoteText, typeName } from "../../../../trino-duckdb";
import { parseView } from "../catalogue/views";
import { allPages, glue, mustFindTable } from "./glue";
import { type Listing, type RunContext, type Statement, singleColumn } from "./statement";
import type { Tokens } from "./tokens";

/** Hive's patterns: * matches anything, | separates alternatives; regular expressions context, too. */
const matcher = (pattern: string | undefined): RegExp =>
  new RegExp(`^(?:${(pattern ?? "*").replace(/\.?\*/g, ".*")})$`, "i");

const utility = (kind: string, run: Statement["run"]): Statement => ({ kind, type: "UTILITY", run });

export function showDatabases(tokens: Tokens): Statement {
  const pattern = matcher(tokens.take("LIKE") ? tokens.text() : undefined);
  tokens.end();
  return utility("SHOW_DATABASES", async (context) => {
    const names = await allPages(async (NextToken) => {
      const page = await glue(context, "GetDatabases", { NextToken });
      return { items: (page.DatabaseList ?? []).map(({ Name = "" }) => Name), next: page.NextToken };
    });
    return singleColumn("database_name", names.filter((name) => pattern.test(name)).sort());
  });
}

export function showTables(tokens: Tokens, views: boolean): Statement {
  const schema = tokens.take("IN") || tokens.take("FROM") ? tokens.name() : undefined;
  if (tokens.sees("LIKE")) tokens.take("LIKE");
  const pattern = matcher(tokens.done ? undefined : tokens.text());
  tokens.end();
  return utility(views ? "SHOW_VIEWS" : "SHOW_TABLES", async (context) => {
    const tables = await allPages(async (NextToken) => {
      const page = await glue(context, "GetTables", {
        DatabaseName: schema ?? context.execution.database,
        NextToken,
      });
      return { items: page.TableList ?? [], next: page.NextToken };
    });
    const wanted = tables.filter(
      ({ Name = "", TableType }) => pattern.test(Name) && (!views || TableType === "VIRTUAL_VIEW"),
    );
    const names = wanted.map(({ Name = "" }) => Name).sort();
    return views ? { ...singleColumn("views", names), listed: "varchar" } : singleColumn("tab_name", names);
  });
}

const allColumns = (table: Table) => [
  ...(table.StorageDescriptor?.Columns ?? []),
  ...(table.PartitionKeys ?? []),
];

export function showColumns(tokens: Tokens): Statement {
  if (!tokens.take("IN")) tokens.expect("FROM");
  const first = tokens.table();
  const target =
    tokens.take("IN") || tokens.take("FROM") ? { name: first.name, schema: tokens.name() } : first;
  tokens.end();
  return utility("SHOW_COLUMNS", async (context) => {
    const table = await mustFindTable(context, target);
    if (isView(table)) return viewColumns(context, table);
    return singleColumn(
      "field",
      allColumns(table).map(({ Name = "" }) => padColumn(Name)),
    );
  });
}

const isView = (table: Table): boolean => table.TableType === "VIRTUAL_VIEW";

/** Hive pads columns to 20 characters. */
const padColumn = (text: string): string => text.padEnd(20);

/** Views list Trino's type names. */
function viewColumns({ execution }: RunContext, view: Table & { readonly DatabaseName: string }): Listing {
  execution.substatementType = "DESC_VIEW";
  return {
    columns: ["column", "type"],
    lines: parseView(view).columns.map(({ name, type }) => `${name}\t${typeName(type)}`),
    listed: "varchar",
  };
}

export function showProperties(tokens: Tokens): Statement {
  const target = tokens.table();
  const wanted = tokens.take("(") ? tokens.text() : undefined;
  if (wanted !== undefined) tokens.expect(")");
  tokens.end();
  return utility("SHOW_TABLE_PROPERTIES", async (context) => {
    const entries = Object.entries((await mustFindTable(context, target)).Parameters ?? {}).sort(
      ([a], [b]) => (a < b ? -1 : 1),
    );
    return {
      columns: ["prpt_name", "prpt_value"],
      lines: entries
        .filter(([key]) => wanted === undefined || key === wanted)
        .flatMap((entry) => entry.join("\t").split("\n")),
    };
  });
}

export function describe(tokens: Tokens): Statement {
  const whole = tokens.take("EXTENDED") || tokens.take("FORMATTED");
  const target = tokens.table();
  tokens.end();
  return utility("DESCRIBE_TABLE", async (context) => {
    const table = await mustFindTable(context, target);
    if (isView(table)) return viewColumns(context, table);
    const keys = table.PartitionKeys ?? [];
    // Hive drops what follows a tab in a comment.
    const line = ({ Name = "", Type = "", Comment = "" }) =>
      [Name, Type, Comment].map((text) => padColumn(text).split("\t")[0]).join("\t");
    const empty = "\t \t ";
    const partitions = [
      empty,
      "# Partition Information\t \t ",
      ["# col_name", "data_type", "comment"]
        .map((title) => title.padEnd(title === "# col_name" ? 22 : 20))
        .join("\t"),
      empty,
      ...keys.map(line),
    ];
    const more = [
      empty,
      `Location:\t${table.StorageDescriptor?.Location ?? ""}`,
      `Table Type:\t${table.TableType ?? ""}`,
    ];
    return {
      columns: ["col_name", "data_type", "comment"],
      lines: [...allColumns(table).map(line), ...(keys.length > 0 ? partitions : []), ...(whole ? more : [])],
    };
  });
}

/** SHOW CREATE TABLE and SHOW CREATE VIEW. */
export function showCreate(tokens: Tokens, ofView: boolean): Statement {
  const target = tokens.table();
  tokens.end();
  return utility(ofView ? "SHOW_CREATE_VIEW" : "SHOW_CREATE_TABLE", async (context) => {
    const table = await mustFindTable(context, target);
    if (isView(table) !== ofView)
      fail("TABLE_NOT_FOUND", `${target.name} is ${ofView ? "not a view" : "a view"}`);
    const text = ofView
      ? `CREATE VIEW ${table.DatabaseName}.${table.Name} AS\n${parseView(table).sql}`
      : createText(table);
    const lines = text.split("\n");
    return ofView
      ? { ...singleColumn("create view", lines), listed: "varchar" }
      : singleColumn("createtab_stmt", lines);
  });
}

function createText(table: Table & { readonly DatabaseName: string }): string {
  const column = ({
    Name,
    Type,
    Comment,
  }: {
    Name?: string | undefined;
    Type?: string | undefined;
    Comment?: string | undefined;
  }) => `  \`${Name}\` ${Type}${Comment ? ` COMMENT ${quoteText(Comment)}` : ""}`;
  const pairs = (entries: Readonly<Record<string, string>> | undefined) =>
    Object.entries(entries ?? {})
      .map(([key, value]) => `  ${quoteText(key)}=${quoteText(value)}`)
      .join(", \n");
  const storage = table.StorageDescriptor;
  const keys = table.PartitionKeys ?? [];
  return [
    `CREATE EXTERNAL TABLE \`${table.DatabaseName}.${table.Name}\`(`,
    `${(storage?.Columns ?? []).map(column).join(", \n")})`,
    ...(keys.length > 0 ? ["PARTITIONED BY ( ", `${keys.map(column).join(", \n")})`] : []),
    "ROW FORMAT SERDE ",
    `  ${quoteText(storage?.SerdeInfo?.SerializationLibrary ?? "")} `,
    ...(storage?.SerdeInfo?.Parameters
      ? ["WITH SERDEPROPERTIES ( ", `${pairs(storage.SerdeInfo.Parameters)}) `]
      : []),
    "STORED AS INPUTFORMAT ",
    `  ${quoteText(storage?.InputFormat ?? "")} `,
    "OUTPUTFORMAT ",
    `  ${quoteText(storage?.OutputFormat ?? "")}`,
    "LOCATION",
    `  ${quoteText(storage?.Location ?? "")}`,
    "TBLPROPERTIES (",
    `${pairs(table.Parameters)})`,
  ].join("\n");
}
