import type { Table } from "@aws-sdk/client-glue";
import {
  fail,
  type Node,
  notSupported,
  type ParsedQuery,
  parse,
  QueryFailure,
  type SourceColumn,
  type TableSource,
} from "../../../../trino-duckdb";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import { parseHiveType } from "./hive-types";
import { INFORMATION_SCHEMA, informationSchema } from "./information-schema";
import { parseView } from "./views";

/** A table for the compiler, with the Glue table that says how its files are read. */
export interface GlueSource extends TableSource {
  readonly glue: Table;
}

export const CATALOG = "awsdatacatalog";

/** The tables that one query names, fetched with its caller's permissions before the query is compiled. */
export class Catalogue {
  readonly #tables = new Map<string, GlueSource | Error>();

  constructor(
    readonly cloud: CloudContext,
    readonly caller: Caller,
  ) {}

  /** Fetches the tables and views that a query names, and those that the views name. */
  async load(query: ParsedQuery, schema: string): Promise<void> {
    const names = query.tables().map((path) => ({
      schema: path[path.length - 2] ?? schema,
      name: path[path.length - 1] ?? "",
    }));
    await Promise.all(names.map((one) => this.#fetch(one.schema, one.name)));
  }

  async #fetch(schema: string, name: string): Promise<void> {
    const key = `${schema}.${name}`;
    if (this.#tables.has(key)) return;
    // Set before the first await, so that a table named twice is fetched once.
    this.#tables.set(key, new QueryFailure("GENERIC_INTERNAL_ERROR", `${key} was not fetched`));
    try {
      const source = await this.table(schema, name);
      this.#tables.set(key, source);
      if (source.view?.statement.kind === "query")
        await this.load(source.view.statement.query, source.view.schema);
    } catch (error) {
      this.#tables.set(key, error as Error);
    }
  }

  readonly lookup = (catalog: string, schema: string, name: string, node: Node): GlueSource => {
    if (catalog !== CATALOG) fail("CATALOG_NOT_FOUND", `Catalog '${catalog}' does not exist`, node);
    const found = this.#tables.get(`${schema}.${name}`);
    if (name.includes("$")) return notSupported(`the table ${schema}.${name}`, node);
    if (found instanceof AwsError && /^Database .*not found/.test(found.message))
      return fail("SCHEMA_NOT_FOUND", `Schema '${schema}' does not exist`, node);
    if (found instanceof AwsError && found.code === "EntityNotFoundException")
      return fail("TABLE_NOT_FOUND", `Table '${catalog}.${schema}.${name}' does not exist`, node);
    if (found instanceof AwsError) return fail("PERMISSION_DENIED", found.message, node);
    if (found instanceof Error) throw found;
    return found ?? fail("TABLE_NOT_FOUND", `Table '${catalog}.${schema}.${name}' does not exist`, node);
  };

  async table(schema: string, name: string): Promise<GlueSource> {
    if (schema === INFORMATION_SCHEMA) {
      const view = await informationSchema(this.cloud, this.caller, CATALOG, name);
      if (!view) throw new AwsError("EntityNotFoundException", `Table ${name} not found.`);
      return { catalog: CATALOG, schema, name, columns: [], partitionKeys: [], view, glue: { Name: name } };
    }
    const { Table: glue } = await this.cloud.call(
      "glue",
      "GetTable",
      { DatabaseName: schema, Name: name },
      this.caller,
    );
    if (!glue) throw new AwsError("EntityNotFoundException", `Table ${name} not found.`);
    return sourceOf(glue, schema);
  }
}

/** Views whose parsed text is kept in memory: parsing takes as long as compiling. */
const MOST_VIEWS = 50;
const parsedViews = new Map<string, ReturnType<typeof parse>>();

function parsedView(sql: string): ReturnType<typeof parse> {
  const statement = parsedViews.get(sql) ?? parse(sql);
  // The one that was used last is dropped last.
  parsedViews.delete(sql);
  parsedViews.set(sql, statement);
  const [oldest] = parsedViews.keys();
  if (parsedViews.size > MOST_VIEWS && oldest !== undefined) parsedViews.delete(oldest);
  return statement;
}

export function sourceOf(glue: Table, schema: string): GlueSource {
  const name = (glue.Name ?? "").toLowerCase();
  const typed = (columns: Table["PartitionKeys"]): SourceColumn[] =>
    (columns ?? []).map((column) => ({
      name: (column.Name ?? "").toLowerCase(),
      type: parseHiveType(column.Type ?? "string"),
    }));
  const base = { catalog: CATALOG, schema: schema.toLowerCase(), name, glue };
  if (glue.TableType === "VIRTUAL_VIEW") {
    // Athena needs the member even for a view, where it may be empty (hashicorp/terraform-provider-aws#28517).
    if (!glue.StorageDescriptor?.SerdeInfo)
      fail("HIVE_METASTORE_ERROR", "Table storage descriptor is missing SerDe info");
    const { sql, ...view } = parseView(glue);
    return { ...base, columns: [], partitionKeys: [], view: { ...view, statement: parsedView(sql) } };
  }
  return {
    ...base,
    columns: typed(glue.StorageDescriptor?.Columns),
    partitionKeys: typed(glue.PartitionKeys),
  };
}
