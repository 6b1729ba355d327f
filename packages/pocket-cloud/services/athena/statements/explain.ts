import { notSupported, type Statement as TrinoStatement, typeName } from "../../../../trino-duckdb";
import { type BoundQuery, bindQuery } from "../run/query";
import type { Statement, Work } from "./statement";

type Print = (bound: BoundQuery, work: Work) => Promise<readonly string[]>;

/** What runs here is DuckDB's plan in one process, so the logical and the distributed one are the same. */
const plan =
  (options: string): Print =>
  async ({ sql }, { store, signal }) => {
    const rows = await store.engine.rows(`EXPLAIN ${options} ${sql}`, signal);
    return rows.flatMap((row) => (row[1] ?? "").split("\n")).filter((line) => line.trim() !== "");
  };

const plans: Readonly<Record<string, Print>> = {
  TEXT: plan(""),
  JSON: plan("(FORMAT json)"),
  GRAPHVIZ: plan("(FORMAT graphviz)"),
};

/** The tables that would be read, and what the query says of their partition keys. */
const tables: Print = async ({ compiled }) => {
  const inputTableColumnInfos = compiled.scans.map(({ table, alias, filters, partitionColumns }) => ({
    table: { catalog: table.catalog, schemaTable: { schema: table.schema, table: table.name } },
    columns: table.columns.map(({ name, type }) => ({ columnName: name, type: typeName(type) })),
    partitionKeys: partitionColumns.map(({ name, type }) => ({ columnName: name, type: typeName(type) })),
    partitionFilters: filters.map(({ sql }) => sql.replaceAll(`${alias}.`, "")),
  }));
  return JSON.stringify({ inputTableColumnInfos }, null, 2).split("\n");
};

const types: Readonly<Record<string, { readonly column: string; readonly formats: Record<string, Print> }>> =
  {
    LOGICAL: { column: "Query Plan", formats: plans },
    DISTRIBUTED: { column: "Query Plan", formats: plans },
    IO: { column: "Query Plan", formats: { JSON: tables } },
    // A query that is not valid fails here as it does when it runs.
    VALIDATE: { column: "Valid", formats: { TEXT: async () => ["true"] } },
  };

/** EXPLAIN [(TYPE …, FORMAT …)] query: everything is checked as for running it, and no file is read. */
export function explain({
  statement,
  type,
  format,
  node,
}: Extract<TrinoStatement, { readonly kind: "explain" }>): Statement {
  if (statement.kind !== "query") return notSupported("EXPLAIN of this statement", statement.node);
  const chosen = types[type];
  const print = chosen?.formats[format ?? Object.keys(chosen.formats)[0] ?? ""];
  if (!chosen || !print) return notSupported(`EXPLAIN (TYPE ${type}, FORMAT ${format})`, node);
  return {
    kind: "EXPLAIN",
    type: "DML",
    run: async (work) => {
      const bound = await bindQuery(
        work.store,
        { ...work.execution, scanned: 0 },
        statement.query,
        work.parameters,
        work.signal,
      );
      try {
        // A line feed behind the plan makes one more line, an empty one.
        return { columns: [chosen.column], lines: [...(await print(bound, work)), ""], listed: "text" };
      } finally {
        bound.release();
      }
    },
  };
}
