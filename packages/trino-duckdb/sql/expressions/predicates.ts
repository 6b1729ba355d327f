import type {
  BetweenContext,
  BooleanExpressionContext,
  ComparisonContext,
  DistinctFromContext,
  InListContext,
  InSubqueryContext,
  NullPredicateContext,
  QuantifiedComparisonContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { coerce, unify } from "../casts";
import { build, type Expr, join, logic, make, type Part } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { outputName } from "../relation";
import { BOOLEAN, commonType, duckType, isFloating, isText, type Type, typeName } from "../types";
import { type Context, compileExpression, compileValue } from "./context";
import { like } from "./like";
import { compareNested, isNested } from "./nested-comparison";

export function compileBoolean(node: BooleanExpressionContext, context: Context): Expr {
  if (node instanceof grammar.AndContext || node instanceof grammar.OrContext) {
    const kind = node instanceof grammar.AndContext ? "and" : "or";
    return logic(
      kind,
      node.booleanExpression().map((one) => boolean(one, context)),
    );
  }
  if (node instanceof grammar.LogicalNotContext) return negate(boolean(node.booleanExpression(), context));
  if (!(node instanceof grammar.PredicatedContext)) return notSupported(node.getText(), node);
  const value = compileValue(node.valueExpression(), context);
  const predicate = node.predicate();
  return predicate ? compilePredicate(value, predicate, context) : value;
}

/** Compiles a condition and checks that it is a boolean. */
export function boolean(node: BooleanExpressionContext, context: Context): Expr {
  const expr = compileBoolean(node, context);
  if (expr.type.kind === "boolean" || expr.type.kind === "unknown") return coerce(expr, BOOLEAN);
  return fail("TYPE_MISMATCH", `a boolean is expected, not ${typeName(expr.type)}`, node);
}

const negate = (expr: Expr): Expr => make(BOOLEAN)`(NOT ${expr})`;
const negateIf = (negated: unknown, expr: Expr): Expr => (negated ? negate(expr) : expr);

function compilePredicate(value: Expr, node: Node, context: Context): Expr {
  for (const [kind, compile] of predicates)
    if (node instanceof kind) return compile(value, node as never, context);
  return notSupported("this predicate", node);
}

type Compile<N> = (value: Expr, node: N, context: Context) => Expr;
const predicates: readonly (readonly [new (...args: never[]) => Node, Compile<never>])[] = [
  [grammar.ComparisonContext, comparisonPredicate],
  [grammar.BetweenContext, between],
  [grammar.InListContext, inList],
  [grammar.InSubqueryContext, inSubquery],
  [grammar.NullPredicateContext, isNull],
  [grammar.LikeContext, like],
  [grammar.DistinctFromContext, distinctFrom],
  [grammar.QuantifiedComparisonContext, quantified],
];

function comparisonPredicate(value: Expr, node: ComparisonContext, context: Context): Expr {
  return compare(
    node.comparisonOperator().getText(),
    value,
    compileValue(node.valueExpression(), context),
    node,
  );
}

/** Compares both sides in their common type. Sides without one, as in '1' = 1, are an error. */
export function compare(operator: string, left: Expr, right: Expr, node: Node): Expr {
  const [a, b] = comparable(left, right, operator, node);
  const symbol = operator === "!=" ? "<>" : operator;
  if (!["=", "<>"].includes(symbol) && ["map", "json"].includes(a.type.kind))
    fail(
      "TYPE_MISMATCH",
      `Cannot apply operator: ${typeName(left.type)} ${symbol} ${typeName(right.type)}`,
      node,
    );
  if (isNested(a.type)) return compareNested(symbol, a, b, simple, node);
  return simple(symbol, a, b);
}

const simple = (symbol: string, a: Expr, b: Expr): Expr =>
  isFloating(a.type) ? floating(symbol, a, b) : make(BOOLEAN, { comparison: symbol })`(${a} ${symbol} ${b})`;

function comparable(left: Expr, right: Expr, operator: string, node: Node): [Expr, Expr] {
  // Timestamps with time zone compare as instants.
  if (left.type.kind === "timestamp with time zone" && right.type.kind === left.type.kind)
    return [left, right];
  const type = commonType(left.type, right.type);
  if (
    !type ||
    (isText(left.type) !== isText(right.type) &&
      left.type.kind !== "unknown" &&
      right.type.kind !== "unknown")
  )
    return fail(
      "TYPE_MISMATCH",
      `Cannot apply operator: ${typeName(left.type)} ${operator} ${typeName(right.type)}`,
      node,
    );
  return [coerce(left, type), coerce(right, type)];
}

const isNumber = ({ literal }: Expr): boolean => typeof literal === "number";

/** In Trino every comparison with NaN but <> is false. In DuckDB NaN equals itself and is the largest value. */
function floating(symbol: string, a: Expr, b: Expr): Expr {
  const plain = make(BOOLEAN)`(${a} ${symbol} ${b})`;
  const suspects = [a, b].filter((side) => !isNumber(side));
  if (suspects.length === 0) return plain;
  const dangerous: Readonly<Record<string, readonly Expr[]>> = {
    "=": suspects.length === 2 ? [a] : [],
    "<>": suspects.length === 2 ? [a] : [],
    ">": suspects.includes(a) ? [a] : [],
    ">=": suspects.includes(a) ? [a] : [],
    "<": suspects.includes(b) ? [b] : [],
    "<=": suspects.includes(b) ? [b] : [],
  };
  const [checked] = dangerous[symbol] ?? [];
  if (!checked) return plain;
  const other = checked === a ? b : a;
  // With a NULL on the other side the comparison is NULL even for NaN.
  if (symbol === "<>") return make(BOOLEAN)`(${plain} OR (isnan(${checked}) AND ${other} IS NOT NULL))`;
  // DuckDB compares within the scan of a file, and calls isnan() after it.
  const shortcut = () => (checked.column?.hasNoNaN?.() ? "true" : undefined);
  const ordinary = make(BOOLEAN, {
    shortcut,
  })`(${checked} <= CAST('Infinity' AS ${duckType(checked.type)}))`;
  const known = other.literal !== undefined && other.literal !== null;
  return logic("and", [plain, known ? ordinary : make(BOOLEAN)`(${ordinary} OR ${other} IS NULL)`]);
}

function between(value: Expr, node: BetweenContext, context: Context): Expr {
  const [lower, upper] = node.valueExpression().map((bound) => compileValue(bound, context));
  if (!lower || !upper) return notSupported("BETWEEN without bounds", node);
  return negateIf(
    node.KW_NOT(),
    logic("and", [compare(">=", value, lower, node), compare("<=", value, upper, node)]),
  );
}

function inList(value: Expr, node: InListContext, context: Context): Expr {
  const options = node.expression().map((one) => compileExpression(one, context));
  const oneOfType = new Map(options.map((option) => [option.type, option]));
  for (const option of oneOfType.values()) comparable(value, option, "=", node);
  const types = unify([value, ...options], node, "IN value and list items");
  const [first, ...rest] = types;
  if (!first || options.length === 0) return notSupported("an empty IN list", node);
  if (isNested(first.type) || (isFloating(first.type) && !rest.every(isNumber)))
    return negateIf(
      node.KW_NOT(),
      logic(
        "or",
        rest.map((option) => compare("=", first, option, node)),
      ),
    );
  return negateIf(
    node.KW_NOT(),
    build(BOOLEAN, ["(", first, " IN (", ...join(rest), "))"], { comparison: "=" }),
  );
}

/** A subquery that must have one column. */
export function subqueryParts(
  query: grammar.QueryContext,
  context: Context,
  node: Node,
): { parts: Part[]; type: Type } {
  const compiled = context.compileQuery(query, context.scope);
  const [column, second] = compiled.columns;
  if (!column || second)
    fail(
      "SYNTAX_ERROR",
      `Multiple columns returned by subquery are not yet supported. Found ${compiled.columns.length}`,
      node,
    );
  return { parts: ["(", ...compiled.parts, ")"], type: column?.column.type ?? BOOLEAN };
}

/** (a, b) IN (SELECT x, y …): each field equals its column. With a NULL that decides, the result is NULL. */
function rowIn(value: Expr, query: grammar.QueryContext, node: Node, context: Context): Expr {
  if (value.type.kind !== "row") return value;
  const { columns, parts } = context.compileQuery(query, context.scope);
  const { fields } = value.type;
  if (columns[0]?.column.type.kind === "row")
    return notSupported(`IN with a subquery of ${typeName(columns[0].column.type)}`, node);
  if (columns.length !== fields.length)
    return fail(
      "TYPE_MISMATCH",
      `value and result of subquery must be of the same type for IN expression: ${typeName(value.type)} vs ${columns.length} columns`,
      node,
    );
  const alias = context.session.unique("i");
  const equal = logic(
    "and",
    fields.map((field, i) => {
      const own = make(field.type)`struct_extract_at(${value}, ${String(i + 1)})`;
      const other = make(columns[i]?.column.type ?? field.type)`${alias}.${outputName(i)}`;
      return compare("=", own, other, node);
    }),
  );
  const exists = (condition: Expr) => [
    "EXISTS (SELECT 1 FROM (",
    ...parts,
    `) AS ${alias} WHERE `,
    condition,
    ")",
  ];
  return build(
    BOOLEAN,
    [
      "CASE WHEN ",
      ...exists(equal),
      " THEN true WHEN ",
      ...exists(make(BOOLEAN)`${equal} IS NULL`),
      " THEN NULL ELSE false END",
    ],
    { opaque: true },
  );
}

function inSubquery(value: Expr, node: InSubqueryContext, context: Context): Expr {
  if (value.type.kind === "row") return negateIf(node.KW_NOT(), rowIn(value, node.query(), node, context));
  const { parts, type } = subqueryParts(node.query(), context, node);
  if (isNested(type)) return notSupported(`IN with a subquery of ${typeName(type)}`, node);
  const common = commonType(value.type, type);
  if (!common)
    return fail(
      "TYPE_MISMATCH",
      `value and result of subquery must be of the same type for IN expression: ${typeName(value.type)} vs ${typeName(type)}`,
      node,
    );
  return negateIf(
    node.KW_NOT(),
    build(BOOLEAN, ["(", coerce(value, common), " IN ", ...parts, ")"], { opaque: true }),
  );
}

function isNull(value: Expr, node: NullPredicateContext): Expr {
  return make(BOOLEAN)`(${value} IS ${node.KW_NOT() ? "NOT " : ""}NULL)`;
}

function distinctFrom(value: Expr, node: DistinctFromContext, context: Context): Expr {
  const [a, b] = comparable(value, compileValue(node.valueExpression(), context), "IS DISTINCT FROM", node);
  return make(BOOLEAN)`(${a} IS ${node.KW_NOT() ? "NOT " : ""}DISTINCT FROM ${b})`;
}

function quantified(value: Expr, node: QuantifiedComparisonContext, context: Context): Expr {
  if (value.type.kind === "row") {
    const isAll = node.comparisonQuantifier().getText().toUpperCase() === "ALL";
    const symbol = node.comparisonOperator().getText().replace("!=", "<>");
    if (symbol === "=" && !isAll) return rowIn(value, node.query(), node, context);
    if (symbol === "<>" && isAll) return negate(rowIn(value, node.query(), node, context));
    return notSupported(`a quantified comparison of ${typeName(value.type)}`, node);
  }
  const { parts, type } = subqueryParts(node.query(), context, node);
  if (isNested(type)) return notSupported(`a quantified comparison of ${typeName(type)}`, node);
  const common = commonType(value.type, type);
  if (!common)
    return fail(
      "TYPE_MISMATCH",
      `Cannot apply operator: ${typeName(value.type)} and ${typeName(type)}`,
      node,
    );
  const quantifier = node.comparisonQuantifier().getText().toUpperCase() === "ALL" ? "ALL" : "ANY";
  const operator = node.comparisonOperator().getText().replace("!=", "<>");
  const compared: Part[] = ["(", coerce(value, common), ` ${operator} ${quantifier} `, ...parts, ")"];
  // Trino compares with the least and greatest value: two different ones decide = ALL and <> ANY even for NULL.
  const decisions: Readonly<Record<string, string>> = { "= ALL": "false", "<> ANY": "true" };
  const decided = decisions[`${operator} ${quantifier}`];
  if (decided === undefined) return build(BOOLEAN, compared, { opaque: true });
  const alias = context.session.unique("i");
  const several = ["(SELECT count(DISTINCT ", `${alias}.c) > 1 FROM `, ...parts, ` AS ${alias}(c))`];
  return build(
    BOOLEAN,
    ["CASE WHEN ", value, " IS NULL AND ", ...several, ` THEN ${decided} ELSE `, ...compared, " END"],
    {
      opaque: true,
    },
  );
}
