import type { TableRefContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { type Column, columnExpr, type Expr, says, substitute, weaken } from "../expr";
import { fail, type Node } from "../failure";
import { nameOf } from "../names";
import { parseStatement } from "../parse";
import { derived, NEVER, outputName, type Query, type Relation } from "../relation";
import { readingName, type Scan, type Session, type SourceColumn, type TableSource } from "../session";
import { coercible, quoteName, sameType, VARCHAR } from "../types";
import { commonReference } from "./commons";
import { compileQuery, type Surroundings } from "./query";

/** A name in FROM: a common table expression, a view or a table. */
export function tableRelation(
  node: TableRefContext,
  alias: string | undefined,
  around: Surroundings,
): Relation {
  const path = node.identifier().map(nameOf);
  const [only] = path;
  const common = path.length === 1 && only !== undefined ? around.commons.get(only) : undefined;
  const sql = around.session.unique("r");
  if (common) return commonReference(common, sql, [alias ?? only ?? ""]);
  const { catalog, schema, name } = qualify(path, around.session, node);
  const table = around.session.lookup(catalog, schema, name, node);
  const qualifier = alias === undefined ? [catalog, schema, name] : [alias];
  return table.view
    ? viewRelation(table, sql, qualifier, node, around)
    : scanRelation(table, sql, qualifier, around.session);
}

export function qualify(
  path: readonly string[],
  session: { catalog: string; schema: string },
  node: Node,
): { catalog: string; schema: string; name: string } {
  const [name = "", schema = session.schema, catalog = session.catalog] = [...path].reverse();
  if (path.length > 3) fail("SYNTAX_ERROR", `Too many dots in table name: ${path.join(".")}`, node);
  return { catalog, schema, name };
}

/** TABLE t. */
export function tableQuery(node: TableRefContext, around: Surroundings): Query {
  const relation = tableRelation(node, undefined, around);
  return selectAll(relation, around.session);
}

export function selectAll(relation: Relation, session: Session): Query {
  const columns = relation.fields.map((field) => ({
    column: { ...field.column, sql: session.unique("u") },
    ...(field.name !== undefined && { name: field.name }),
  }));
  const sources = new Map(columns.map(({ column }, i) => [column.sql, relation.fields[i]?.column]));
  return {
    columns,
    parts: [
      "SELECT ",
      ...relation.fields.map((field, i) => `${i === 0 ? "" : ", "}${field.column.sql} AS ${outputName(i)}`),
      " FROM ",
      ...relation.parts,
    ],
    push: (predicate) => relation.push(substitute(predicate, (column) => mapped(sources.get(column.sql)))),
  };
}

const mapped = (column: Column | undefined): Expr | undefined => column && columnExpr(column);

/** A view is compiled where it stands, with its own names in sight and none of the statement's. */
function viewRelation(
  table: TableSource,
  alias: string,
  qualifier: readonly string[],
  node: Node,
  around: Surroundings,
): Relation {
  const { view } = table;
  const statement = view && parseStatement(view.sql);
  if (!view || !(statement instanceof grammar.StatementDefaultContext))
    return fail(
      "INVALID_VIEW",
      `Failed analyzing stored view '${table.catalog}.${table.schema}.${table.name}'`,
      node,
    );
  const session: Session = {
    ...around.session,
    catalog: view.catalog,
    schema: view.schema,
    parameters: { values: [], position: () => undefined },
  };
  const query = compileQuery(statement.rootQuery().query(), {
    session,
    outer: undefined,
    commons: new Map(),
  });
  const stale = () =>
    fail(
      "VIEW_IS_STALE",
      `View '${table.catalog}.${table.schema}.${table.name}' is stale or in invalid state: its columns differ from its query's; re-create it`,
      node,
    );
  if (query.columns.length !== view.columns.length) stale();
  const relation = derived(
    query,
    alias,
    qualifier,
    view.columns.map((column) => column.name),
  );
  const fields = relation.fields.map((field, i) => {
    const declared = view.columns[i]?.type ?? field.column.type;
    if (sameType(declared, field.column.type) || coercible(field.column.type, declared)) return field;
    return stale();
  });
  return { ...relation, fields };
}

/** Answers the typed column, once the scan reads it. */
function readAs(scan: Scan, name: string, type: Column["type"]): () => string | undefined {
  const key = readingName(name, type);
  const reading = scan.readings.get(key) ?? { name, type, on: false };
  scan.readings.set(key, reading);
  return () => (reading.on ? `${scan.alias}.${quoteName(key)}` : undefined);
}

function scanRelation(
  table: TableSource,
  alias: string,
  qualifier: readonly string[],
  session: Session,
): Relation {
  const column = (source: { name: string; type: Column["type"] }): Column => ({
    sql: `${alias}.${quoteName(source.name)}`,
    name: source.name,
    type: source.type,
  });
  const partitionColumns = table.partitionKeys.map(column);
  const file = column({ name: "$path", type: VARCHAR });
  let bound: string | undefined;
  const scan: Scan = {
    id: session.scans.length,
    table,
    alias,
    filters: [],
    undecided: new Set(),
    partitionColumns,
    numberings: [],
    readings: new Map(),
    source: { deferred: () => bound ?? fail("INTERNAL_ERROR", `the files of ${table.name} were not bound`) },
    bind: (sql) => {
      bound = sql;
    },
  };
  session.scans.push(scan);
  const text = (source: SourceColumn): Column =>
    source.type.kind === "varchar" && source.type.length === undefined
      ? { ...column(source), readAs: (type) => readAs(scan, source.name, type) }
      : column(source);
  return {
    scan,
    fields: [...table.columns.map(text), ...partitionColumns].map((one) => ({
      qualifier,
      name: one.name,
      column: one,
      file,
    })),
    parts: ["(", scan.source, `) AS ${alias}`],
    push: (predicate) => {
      const keys = new Set(partitionColumns.map((one) => one.sql));
      const isKey = (one: Column) => keys.has(one.sql);
      const weaker = keys.size > 0 ? weaken(predicate, isKey) : undefined;
      if (!weaker) return NEVER;
      scan.filters.push(weaker);
      return says(predicate, isKey) ? () => !scan.undecided.has(weaker) : NEVER;
    },
  };
}
