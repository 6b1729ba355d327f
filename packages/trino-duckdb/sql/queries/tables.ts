import type { TableRefContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import {
  type Column,
  columnExpr,
  conjuncts,
  dependsOnlyOn,
  type Expr,
  render,
  substitute,
  weaken,
} from "../expr";
import { fail, type Node } from "../failure";
import { nameOf } from "../names";
import { treeOf } from "../query-tree";
import { derived, NEVER, outputName, type Query, type Relation } from "../relation";
import {
  type Filter,
  type KeyPredicate,
  type Scan,
  type Session,
  type SourceColumn,
  type TableSource,
  typedReadName,
  typedReadSql,
} from "../session";
import { textComparison } from "../text-comparison";
import { coercible, isFloating, quoteName, sameType, type Type, VARCHAR } from "../types";
import { commonTableReference } from "./common-tables";
import { compileQuery, type Environment } from "./environment";

/** A name in FROM: a common table expression, a view or a table. */
export function tableRelation(
  node: TableRefContext,
  alias: string | undefined,
  environment: Environment,
): Relation {
  const path = node.identifier().map(nameOf);
  const [only] = path;
  const common = path.length === 1 && only !== undefined ? environment.commonTables.get(only) : undefined;
  const sql = environment.session.unique("r");
  if (common) return commonTableReference(common, sql, [alias ?? only ?? ""]);
  const { catalog, schema, name } = qualify(path, environment.session, node);
  const table = environment.session.lookup(catalog, schema, name, node);
  const qualifier = alias === undefined ? [catalog, schema, name] : [alias];
  return table.view
    ? viewRelation(table, sql, qualifier, node, environment)
    : scanRelation(table, sql, qualifier, environment.session);
}

function qualify(
  path: readonly string[],
  session: { catalog: string; schema: string },
  node: Node,
): { catalog: string; schema: string; name: string } {
  const [name = "", schema = session.schema, catalog = session.catalog] = [...path].reverse();
  if (path.length > 3) fail("SYNTAX_ERROR", `Too many dots in table name: ${path.join(".")}`, node);
  return { catalog, schema, name };
}

/** TABLE t. */
export function tableQuery(node: TableRefContext, environment: Environment): Query {
  const relation = tableRelation(node, undefined, environment);
  return selectAll(relation, environment.session);
}

function selectAll(relation: Relation, session: Session): Query {
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
    ...(relation.isEmpty && { isEmpty: relation.isEmpty }),
    push: (predicate) => relation.push(substitute(predicate, (column) => mapped(sources.get(column.sql)))),
  };
}

const mapped = (column: Column | undefined): Expr | undefined => column && columnExpr(column);

/** A view is compiled in its own catalog and schema; the statement's names are not visible to it. */
function viewRelation(
  table: TableSource,
  alias: string,
  qualifier: readonly string[],
  node: Node,
  environment: Environment,
): Relation {
  const { view } = table;
  if (view?.statement.kind !== "query")
    return fail(
      "INVALID_VIEW",
      `Failed analyzing stored view '${table.catalog}.${table.schema}.${table.name}'`,
      node,
    );
  const session: Session = {
    ...environment.session,
    catalog: view.catalog,
    schema: view.schema,
    parameters: { values: [], position: () => undefined },
  };
  const { compilers } = environment;
  const query = compileQuery(treeOf(view.statement.query).root.query(), {
    session,
    outer: undefined,
    commonTables: new Map(),
    compilers,
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

/**
 * Records that the query casts a text column; returns the typed column while the typed read is enabled. None for a type that cuts or
 * rounds: files are read as DuckDB's types, which have no lengths, and texts with milliseconds.
 */
function typedRead(scan: Scan, name: string, type: Type): (() => string | undefined) | undefined {
  if (type.kind === "varchar" && type.length !== undefined) return undefined;
  if (type.kind === "timestamp" && type.precision < 3) return undefined;
  const key = typedReadName(name, type);
  const read = scan.typedReads.get(key) ?? { name, type, enabled: false, needsText: true };
  scan.typedReads.set(key, read);
  return () => (read.enabled ? typedReadSql(scan, read) : undefined);
}

function scanRelation(
  table: TableSource,
  alias: string,
  qualifier: readonly string[],
  session: Session,
): Relation {
  const column = (source: SourceColumn): Column => ({
    // Files have the blanks of a char(n).
    sql:
      source.type.kind === "char"
        ? `rtrim(${alias}.${quoteName(source.name)}, ' ')`
        : `${alias}.${quoteName(source.name)}`,
    name: source.name,
    type: source.type,
  });
  const partitionColumns = table.partitionKeys.map(column);
  const file = column({ name: "$path", type: VARCHAR });
  const texts = new Set(
    table.columns.filter(({ type }) => type.kind === "varchar").map((each) => column(each).sql),
  );
  let bound: string | undefined;
  const scan: Scan = {
    table,
    alias,
    filters: [],
    conditions: [],
    partitionColumns,
    numberings: [],
    typedReads: new Map(),
    readsPath: true,
    isEmpty: false,
    hasNoNaN: () => false,
    bind: (sql) => {
      bound = sql;
    },
  };
  const source = {
    source: () => bound ?? fail("INTERNAL_ERROR", `the scan of ${table.name} was not bound`),
  };
  session.scans.push(scan);
  const ofFile = (source: SourceColumn): Column => ({
    ...column(source),
    ...(source.type.kind === "varchar" &&
      source.type.length === undefined && { typedRead: (type) => typedRead(scan, source.name, type) }),
    ...(isFloating(source.type) && { hasNoNaN: () => scan.hasNoNaN(source.name) }),
  });
  return {
    scan,
    fields: [...table.columns.map(ofFile), ...partitionColumns].map((one) => ({
      qualifier,
      name: one.name,
      column: one,
      file,
    })),
    parts: ["(", source, `) AS ${alias}`],
    isEmpty: () => scan.isEmpty,
    push: (predicate) => {
      for (const one of conjuncts(predicate)) {
        const comparison = dependsOnlyOn(one, ({ sql }) => texts.has(sql)) ? textComparison(one) : undefined;
        if (comparison) scan.conditions.push(comparison);
      }
      const keys = new Set(partitionColumns.map((one) => one.sql));
      const isKey = (one: Column) => keys.has(one.sql);
      const weaker = keys.size > 0 ? weaken(predicate, isKey) : undefined;
      if (!weaker) return NEVER;
      const filter: Filter = {
        predicates: keyPredicates(weaker),
        on: (names) => keyPredicates(weaken(weaker, ({ name }) => names.has(name))),
        failed: false,
      };
      scan.filters.push(filter);
      return dependsOnlyOn(predicate, isKey) ? () => !filter.failed : NEVER;
    },
  };
}

const keyPredicates = (expr: Expr | undefined): KeyPredicate[] =>
  expr ? conjuncts(expr).map((one) => ({ sql: render(one), comparison: textComparison(one) })) : [];
