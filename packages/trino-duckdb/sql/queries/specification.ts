import type {
  GroupByContext,
  GroupingSetContext,
  QuerySpecificationContext,
  SelectItemContext,
  SortItemContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import {
  type Column,
  columnExpr,
  conjuncts,
  dependsOnlyOn,
  type Expr,
  isExpr,
  join,
  type Part,
  render,
  substitute,
  weaken,
} from "../expr";
import { type Context, compileExpression } from "../expressions/context";
import { boolean } from "../expressions/predicates";
import { columnReference } from "../expressions/references";
import { direction, sortKey } from "../expressions/sorting";
import { fail, type Node, notSupported } from "../failure";
import { nameOf, pathOf } from "../names";
import { NEVER, outputName, type Query, type Relation } from "../relation";
import { endsWith, type Field } from "../scope";
import type { RowNumbering } from "../session";
import { contextFor, type Environment, scopeOf } from "./environment";
import { checkGrouped } from "./grouping-check";
import { checkGroupingSets } from "./grouping-sets";
import { nameOnly, ordinal } from "./ordering";
import { fromClause } from "./relations";

export interface Ordering {
  readonly sort: readonly SortItemContext[];
  /** LIMIT and OFFSET. */
  readonly tail: readonly Part[];
}

interface Item {
  readonly name?: string;
  readonly expr: Expr;
  readonly node?: SelectItemContext;
}

/** SELECT … FROM … WHERE … GROUP BY … HAVING … ORDER BY …. */
export function compileSpecification(
  node: QuerySpecificationContext,
  ordering: Ordering,
  environment: Environment,
): Query {
  const source = fromClause(node.relation(), environment);
  const scope = scopeOf(environment, source.fields);
  const partitions: (readonly Expr[])[] = [];
  let aggregated = false;
  const base = contextFor(environment, scope, "WHERE clause");
  const full: Context = {
    ...base,
    aggregates: true,
    windows: true,
    where: "SELECT",
    namedWindows: new Map(
      node.windowDefinition().map((one) => [nameOf(one.identifier()), one.windowSpecification()]),
    ),
    onAggregate: () => {
      aggregated = true;
    },
    onWindow: (keys) => void partitions.push(keys),
    onNumbering: (call, keys) => replaceRowNumber(call, keys, source),
  };
  const condition = node.whereClause();
  const where = condition && boolean(condition.booleanExpression(), base);
  const terms = where ? conjuncts(where).map((term) => ({ term, enforced: source.push(term) })) : [];
  const tested = (): readonly Part[] => {
    const left = terms.filter(({ enforced }) => !enforced());
    return left.length === 0
      ? ["true"]
      : join(
          left.map(({ term }) => term),
          " AND ",
        );
  };
  const items = node
    .selectList()
    .selectItem()
    .flatMap((item) => selectItem(item, source, full));
  if (items.length === 0) fail("SYNTAX_ERROR", "the select list is empty", node);
  if (node.relation().length > 0 && !/^unnest\b/i.test(node.relation()[0]?.getText() ?? ""))
    refuseLateralOutputs(items, environment, node);
  const groups = node.groupBy();
  const grouping = groups && compileGroupBy(groups, items, { ...base, where: "GROUP BY clause" });
  const having = node.havingClause();
  const filter =
    having && boolean(having.booleanExpression(), { ...full, windows: false, where: "HAVING clause" });
  const distinct = node.setQuantifier()?.KW_DISTINCT() ? "DISTINCT " : "";
  const order = orderBy(ordering.sort, items, distinct !== "", full);
  const parts: Part[] = [
    `SELECT ${distinct}`,
    ...join(items.map(({ expr }, i) => ({ type: expr.type, parts: [expr, ` AS ${outputName(i)}`] }))),
    ...(node.relation().length > 0 ? [" FROM ", ...source.parts] : []),
    ...(where ? [" WHERE ", { deferred: tested }] : []),
    ...(grouping ? grouping.parts : []),
    ...(filter ? [" HAVING ", filter] : []),
    ...order,
    ...ordering.tail,
  ];
  const grouped = grouping !== null || filter !== null || aggregated;
  if (grouped)
    for (const { expr, node: at } of items)
      checkGrouped(expr, grouping?.terms ?? [], source.fields, at ?? node);
  const columns = items.map(({ name, expr }) => ({
    column: {
      sql: environment.session.unique("u"),
      name: name ?? "",
      type: expr.type,
      ...(expr.column?.hasNoNaN && { hasNoNaN: expr.column.hasNoNaN }),
    },
    ...(name !== undefined && { name }),
  }));
  const definitions = new Map(columns.map(({ column }, i) => [column.sql, items[i]?.expr]));
  return {
    columns,
    parts,
    ...(!grouped && source.isEmpty && { isEmpty: source.isEmpty }),
    push: (predicate) => {
      const allowed = pushableColumns(partitions, grouped ? (grouping?.keys ?? []) : undefined);
      const inside = substitute(predicate, (column) => definitions.get(column.sql));
      const term = weaken(inside, allowed);
      if (!term) return NEVER;
      const enforced = source.push(term);
      return dependsOnlyOn(inside, allowed) ? enforced : NEVER;
    },
  };
}

/**
 * Trino removes the correlation of LATERAL from conditions only: a column of the left side in the select list fails
 * unless there is no FROM or it is an UNNEST.
 */
function refuseLateralOutputs(items: readonly Item[], environment: Environment, node: Node): void {
  const left = new Set(environment.lateralOf?.map(({ column }) => column.sql));
  const isCorrelated = (expr: Expr): boolean =>
    (expr.column !== undefined && left.has(expr.column.sql)) ||
    expr.parts.some((part) => isExpr(part) && isCorrelated(part));
  if (left.size > 0 && items.some(({ expr }) => isCorrelated(expr)))
    fail("NOT_SUPPORTED", "Given correlated subquery is not supported", node);
}

/**
 * The source columns that a predicate may use to be pushed below the SELECT. With aggregates and windows these are the
 * columns that all of them group or partition by, so that the predicate keeps or drops whole groups.
 */
const pushableColumns =
  (partitions: readonly (readonly Expr[])[], groups: readonly Expr[] | undefined) =>
  (column: Column): boolean =>
    [...partitions, ...(groups ? [groups] : [])].every((keys) =>
      keys.some((key) => key.column?.sql === column.sql),
    );

/** row_number() over one table, if it partitions by the table's partition keys: 1 wherever its keys are unique. */
function replaceRowNumber(call: Expr, keys: readonly Expr[], source: Relation): Expr {
  const { scan } = source;
  if (!scan) return call;
  const isPartition = (key: Expr) => scan.partitionColumns.some((column) => column.sql === key.column?.sql);
  const within = scan.partitionColumns.every((column) => keys.some((key) => key.column?.sql === column.sql));
  const own = (column: Column) => source.fields.some((field) => field.column.sql === column.sql);
  if (!within || !keys.every((key) => weaken(key, own))) return call;
  const numbering: RowNumbering = {
    keys: keys.filter((key) => !isPartition(key)).map(render),
    unique: false,
  };
  scan.numberings.push(numbering);
  const deferred = () => (numbering.unique ? ["CAST(1 AS BIGINT)"] : call.parts);
  return { ...call, parts: [{ deferred }] };
}

function selectItem(node: SelectItemContext, source: Relation, context: Context): Item[] {
  const all = node.tableAllColumns();
  if (node.selectAllWithoutTable() || all) return allColumns(node, all, source);
  const alias = node.identifier();
  const literal = node.selectLiteralColumnName();
  const expression = node.selectExpressionColumnName()?.expression();
  const path = literal?.columnRef().qualifiedName();
  const expr = expression
    ? compileExpression(expression, context)
    : path
      ? columnReference(pathOf(path), node, context)
      : undefined;
  if (!expr) return notSupported("this select item", node);
  const name = alias ? nameOf(alias) : implicitName(expression, path ? pathOf(path) : undefined, expr);
  return [{ expr, node, ...(name !== undefined && { name }) }];
}

/** The name of an output column without an alias: that of the column, or of the row's field. */
function implicitName(
  expression: grammar.ExpressionContext | undefined,
  path: readonly string[] | undefined,
  expr: Expr,
): string | undefined {
  if (path) return path[path.length - 1];
  if (expr.column) return expr.column.name;
  const text = expression?.getText() ?? "";
  const field = /^(?:"?[\w]+"?\.)+"?(\w+)"?$/.exec(text);
  return field?.[1]?.toLowerCase();
}

function allColumns(
  node: SelectItemContext,
  all: grammar.TableAllColumnsContext | null,
  source: Relation,
): Item[] {
  if (node.columnAliases()) notSupported("column aliases of a row's fields", node);
  if (!all) {
    if (source.fields.length === 0)
      fail(
        "COLUMN_NOT_FOUND",
        `SELECT * not allowed ${source.scan ? "from relation that has no columns" : "in queries without FROM clause"}`,
        node,
      );
    return source.fields.map((field) => item(field));
  }
  const path = all
    .primaryExpression()
    .getText()
    .split(".")
    .map((part) => part.replaceAll('"', "").toLowerCase());
  const fields = source.fields.filter((field) => endsWith(field.qualifier, path));
  if (fields.length > 0) return fields.map((field) => item(field));
  return fail("TABLE_NOT_FOUND", `Unable to resolve reference ${path.join(".")}`, node);
}

const item = (field: Field): Item => ({
  expr: columnExpr(field.column),
  ...(field.name !== undefined && { name: field.name }),
});

interface Grouping {
  readonly parts: readonly Part[];
  /** Expressions with one value per group; none with grouping sets. */
  readonly keys: readonly Expr[];
  /** All grouping expressions of all sets. */
  readonly terms: readonly Expr[];
}

function compileGroupBy(node: GroupByContext, items: readonly Item[], context: Context): Grouping {
  if (node.setQuantifier()?.KW_DISTINCT()) notSupported("GROUP BY DISTINCT", node);
  checkGroupingSets(node);
  const keys: Expr[] = [];
  const inSets: Expr[] = [];
  let plain = true;
  const elements = node.groupingElement().map((element): Part[] => {
    if (element instanceof grammar.SingleGroupingSetContext) {
      const terms = setTerms(element.groupingSet(), items, context);
      keys.push(...terms);
      if (terms.length === 1 && !element.getText().startsWith("(")) return [...terms];
      return terms.length === 0 ? ["()"] : join(terms);
    }
    plain = false;
    const kinds: readonly (readonly [
      new (...args: never[]) => { groupingSet(): GroupingSetContext[] },
      string,
    ])[] = [
      [grammar.RollupContext, "ROLLUP "],
      [grammar.CubeContext, "CUBE "],
      [grammar.MultipleGroupingSetsContext, "GROUPING SETS "],
    ];
    for (const [kind, word] of kinds)
      if (element instanceof kind)
        return [word, "(", ...sets(element.groupingSet(), items, context, inSets), ")"];
    return notSupported("this GROUP BY", element);
  });
  return {
    parts: [" GROUP BY ", ...elements.flatMap((element, i) => (i === 0 ? element : [", ", ...element]))],
    keys: plain ? keys : [],
    terms: [...keys, ...inSets],
  };
}

function sets(
  nodes: readonly GroupingSetContext[],
  items: readonly Item[],
  context: Context,
  terms: Expr[],
): Part[] {
  return nodes.flatMap((one, i): Part[] => {
    const found = setTerms(one, items, context);
    terms.push(...found);
    return [i === 0 ? "(" : ", (", ...join(found), ")"];
  });
}

function setTerms(node: GroupingSetContext, items: readonly Item[], context: Context): Expr[] {
  return node.groupingTerm().map((term) => {
    const position = ordinal(term, items.length);
    if (position !== undefined) return groupable(items[position]?.expr, term);
    const expression = term.expression();
    if (expression) return compileExpression(expression, context);
    const path = term.columnRef()?.qualifiedName();
    return path ? columnReference(pathOf(path), term, context) : notSupported("an empty GROUP BY term", term);
  });
}

function groupable(expr: Expr | undefined, node: grammar.GroupingTermContext): Expr {
  if (!expr || expr.aggregate)
    return fail(
      "EXPRESSION_NOT_SCALAR",
      "GROUP BY clause cannot contain aggregations or window functions",
      node,
    );
  return expr;
}

/** Output columns take precedence over source columns, and are referred to by their position. */
function orderBy(
  sort: readonly SortItemContext[],
  items: readonly Item[],
  distinct: boolean,
  context: Context,
): Part[] {
  return sort.flatMap((node, i): Part[] => {
    const name = nameOnly(node);
    const matches = name === undefined ? [] : items.flatMap((one, at) => (one.name === name ? [at] : []));
    const selected = distinct ? selectedItem(node, items, context) : undefined;
    const position = ordinal(node, items.length) ?? matches[0] ?? selected;
    const head = i === 0 ? " ORDER BY " : ", ";
    if (position !== undefined) return [head, String(position + 1), direction(node)];
    if (distinct)
      fail(
        "EXPRESSION_NOT_IN_DISTINCT",
        "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
        node,
      );
    return [head, sortKey(node, withOutputColumns(items, context)), direction(node)];
  });
}

/** ORDER BY of SELECT DISTINCT: the position of the item that is the same column, or the same text. */
function selectedItem(node: SortItemContext, items: readonly Item[], context: Context): number | undefined {
  const text = (one: { getText(): string } | null | undefined) => one?.getText().toLowerCase();
  const same = items.findIndex((one) => {
    const expression = one.node?.selectExpressionColumnName()?.expression();
    return expression && text(expression) === text(node.expression());
  });
  if (same >= 0) return same;
  const column = sortKey(node, context).column?.sql;
  const position = column === undefined ? -1 : items.findIndex(({ expr }) => expr.column?.sql === column);
  return position < 0 ? undefined : position;
}

/** Inside ORDER BY expressions, names of output columns are replaced by their expressions. */
function withOutputColumns(items: readonly Item[], context: Context): Context {
  const bound = new Map(context.bound);
  for (const { name, expr } of items) if (name !== undefined && !bound.has(name)) bound.set(name, expr);
  return { ...context, bound, where: "ORDER BY" };
}
