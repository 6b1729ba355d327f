import type { Table } from "@aws-sdk/client-glue";
import { fail, parseType, type SourceColumn, typeName } from "../../../../trino-duckdb";

interface PrestoView {
  readonly originalSql: string;
  readonly catalog: string;
  readonly schema: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

const WRAPPED = /^\s*\/\* Presto View: ([A-Za-z0-9+/=\s]+) \*\/\s*$/;

export interface View {
  readonly sql: string;
  readonly catalog: string;
  readonly schema: string;
  readonly columns: readonly SourceColumn[];
}

/** Reads a view from the catalogue, where Athena stores it as base64 JSON in a comment. */
export function parseView(table: Table): View {
  const encoded = WRAPPED.exec(table.ViewOriginalText ?? "")?.[1];
  if (encoded === undefined)
    return fail("NOT_SUPPORTED", `${table.Name} is a Hive view, which the embedded cloud does not support`);
  const view = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as PrestoView;
  return {
    sql: view.originalSql,
    catalog: (view.catalog ?? "awsdatacatalog").toLowerCase(),
    schema: (view.schema ?? table.DatabaseName ?? "default").toLowerCase(),
    columns: view.columns.map(({ name, type }) => ({
      name: name.toLowerCase(),
      type: parseType(type),
    })),
  };
}

export function writeView(sql: string, schema: string, columns: readonly SourceColumn[]): string {
  const view: PrestoView = {
    originalSql: sql,
    catalog: "awsdatacatalog",
    schema,
    columns: columns.map(({ name, type }) => ({ name, type: typeName(type) })),
  };
  return `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString("base64")} */`;
}
