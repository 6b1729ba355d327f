import { notSupported, type Statement as TrinoStatement, typeName } from "../../../../trino-duckdb";
import { type BoundQuery, bindQuery } from "../run/query";
import type { RunContext, Statement } from "./statement";

type Print = (bound: BoundQuery, context: RunContext) => Promise<readonly string[]>;

/** The plan is DuckDB's, so that LOGICAL and DISTRIBUTED are the same. */
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

/** The tables that the query reads, with the filters on their partition keys. */
const tables: Print = async ({ compiled }) => {
  const inputTableColumnInfos = compiled.scans.map(({ table, alias, filters, partitionColumns }) => ({
    table: { catalog: table.catalog, schemaTable: { schema: table.schema, table: table.name } },
    columns: table.columns.map(({ name, type }) => ({ columnName: name, type: typeName(type) })),
    partitionKeys: partitionColumns.map(({ name, type }) => ({ columnName: name, type: typeName(type) })),
    partitionFilters: filters.flatMap(({ predicates }) =>
      predicates.map(({ sql }) => sql.replaceAll(`${alias}.`, "")),
    ),
  }));
  return JSON.stringify({ inputTableColumnInfos }, null, 2).split("\n");
};

const types: Readonly<Record<string, { readonly column: string; readonly formats: Record<string, Print> }>> =
  {
    LOGICAL: { column: "Query Plan", formats: plans },
    DISTRIBUTED: { column: "Query Plan", formats: plans },
    IO: { column: "Query Plan", formats: { JSON: tables } },
    // An invalid query fails while it is bound.
    VALIDATE: { column: "Valid", formats: { TEXT: async () => ["true"] } },
  };

/** EXPLAIN [(TYPE …, FORMAT …)] query: compiles and binds the query without running it. */
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
    run: async (context) => {
      const bound = await bindQuery(
        context.store,
        { ...context.execution, scanned: 0 },
        statement.query,
        context.parameters,
        context.signal,
      );
      try {
        // Athena's plan ends with an empty line.
        return { columns: [chosen.column], lines: [...(await print(bound, context)), ""], listed: "text" };
      } finally {
        bound.release();
      }
    },
  };
}
