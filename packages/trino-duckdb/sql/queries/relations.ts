import type {
  AliasedRelationContext,
  JoinRelationContext,
  RelationContext,
  SampledRelationContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { coerce, commonOf } from "../casts";
import { type Column, columnExpr, conjuncts, type Expr, make, type Part, render } from "../expr";
import type { Context } from "../expressions/context";
import { boolean, compare } from "../expressions/predicates";
import { columnReference } from "../expressions/references";
import { fail, type Node, notSupported } from "../failure";
import { nameOf } from "../names";
import { derived, NEVER, type Relation } from "../relation";
import type { Field } from "../scope";
import { sameType } from "../types";
import { compileQuery, contextFor, type Environment, scopeOf } from "./environment";
import { tableRelation } from "./tables";
import { unnest } from "./unnest";

/** FROM a, b: a cross join. UNNEST and LATERAL may refer to earlier relations. */
export function fromClause(nodes: readonly RelationContext[], environment: Environment): Relation {
  const [first, ...rest] = nodes;
  if (!first) return { fields: [], parts: [], push: () => NEVER };
  return rest.reduce(
    (left, node) => cross(left, relation(node, withLateral(environment, left))),
    relation(first, environment),
  );
}

/** Adds the fields of a relation on the left, for UNNEST and LATERAL. */
const withLateral = (environment: Environment, left: Relation): Environment => ({
  ...environment,
  lateral: [...(environment.lateral ?? []), ...left.fields],
});

function cross(left: Relation, right: Relation): Relation {
  return joined(left, right, [...left.parts, " CROSS JOIN ", ...right.parts], [left, right]);
}

const joined = (
  left: Relation,
  right: Relation,
  parts: readonly Part[],
  pushed: readonly Relation[],
): Relation => ({
  fields: [...left.fields, ...right.fields],
  parts,
  push: (predicate) => {
    const enforced = pushed.map((side) => side.push(predicate));
    return () => enforced.some((one) => one());
  },
});

function relation(node: RelationContext, environment: Environment): Relation {
  if (node instanceof grammar.JoinRelationContext) return join(node, environment);
  if (node instanceof grammar.RelationDefaultContext) return sampled(node.sampledRelation(), environment);
  return notSupported("this relation", node);
}

function sampled(node: SampledRelationContext, environment: Environment): Relation {
  if (node.sampleType()) return notSupported("TABLESAMPLE", node);
  const pattern = node.patternRecognition();
  if (pattern.KW_MATCH_RECOGNIZE()) return notSupported("MATCH_RECOGNIZE", pattern);
  return aliased(pattern.aliasedRelation(), environment);
}

function aliased(node: AliasedRelationContext, environment: Environment): Relation {
  const alias = node.identifier();
  const name = alias ? nameOf(alias) : undefined;
  const columns = node.columnAliases()?.identifier().map(nameOf);
  const inner = primary(node.relationPrimary(), name, environment);
  if (!columns) return inner;
  if (columns.length !== inner.fields.length)
    fail(
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${columns.length} entries but '${name ?? ""}' has ${inner.fields.length} columns available`,
      node,
    );
  return { ...inner, fields: inner.fields.map((field, i) => ({ ...field, name: columns[i] ?? "" })) };
}

function primary(
  node: grammar.RelationPrimaryContext,
  alias: string | undefined,
  environment: Environment,
): Relation {
  const { session } = environment;
  if (node instanceof grammar.TableNameContext) {
    if (node.queryPeriod()) return notSupported("FOR TIMESTAMP|VERSION AS OF", node);
    const ref = node.tableOrViewName().tableRef();
    return ref ? tableRelation(ref, alias, environment) : notSupported("this table name", node);
  }
  if (node instanceof grammar.ParenthesizedRelationContext) {
    const inner = relation(node.relation(), environment);
    const fields =
      alias === undefined ? inner.fields : inner.fields.map((field) => ({ ...field, qualifier: [alias] }));
    // DuckDB's parser takes parentheses around joins only.
    const isJoin = node.relation() instanceof grammar.JoinRelationContext;
    return { ...inner, fields, parts: isJoin ? ["(", ...inner.parts, ")"] : inner.parts };
  }
  if (!(node instanceof grammar.ExpressionSourceTableContext)) return notSupported("this relation", node);
  const source = node.relationSourceTable();
  const qualifier = alias === undefined ? [] : [alias];
  if (source instanceof grammar.SubqueryRelationContext)
    return derived(compileQuery(source.query(), environment), session.unique("r"), qualifier);
  if (source instanceof grammar.UnnestContext)
    return unnest(source, qualifier, contextFor(environment, lateralScope(environment), "UNNEST"));
  if (source instanceof grammar.LateralContext) {
    const within = { ...environment, outer: lateralScope(environment), lateralOf: environment.lateral ?? [] };
    const inner = derived(compileQuery(source.query(), within), session.unique("r"), qualifier);
    // DuckDB loses rows of RIGHT JOIN LATERAL, so LATERAL is written only where it can refer to something.
    return environment.lateral?.length ? { ...inner, parts: ["LATERAL ", ...inner.parts] } : inner;
  }
  return notSupported(source.getText().split("(")[0] ?? "this table function", node);
}

const lateralScope = (environment: Environment) => scopeOf(environment, environment.lateral ?? []);

const joinWords = {
  inner: " INNER JOIN ",
  left: " LEFT JOIN ",
  right: " RIGHT JOIN ",
  full: " FULL JOIN ",
} as const;
type JoinKind = keyof typeof joinWords;

function join(node: JoinRelationContext, environment: Environment): Relation {
  if (node.KW_NATURAL()) return notSupported("NATURAL JOIN", node);
  if (!node._left) return notSupported("this join", node);
  const left = relation(node._left, environment);
  const kind = kindOf(node);
  // Trino allows LATERAL and UNNEST to refer to the left side only where each of its rows is kept or matched.
  const within =
    kind === "right" || kind === "full" ? { ...environment, lateral: [] } : withLateral(environment, left);
  const right = node._right
    ? sampled(node._right, within)
    : node._rightRelation
      ? relation(node._rightRelation, within)
      : undefined;
  if (!right) return notSupported("this join", node);
  if (node.KW_CROSS()) return cross(left, right);
  const criteria = node.joinCriteria();
  if (!criteria) return notSupported("a join without ON or USING", node);
  if (criteria.KW_USING()) return joinUsing(kind, left, right, criteria.identifier().map(nameOf), node);
  return joinOn(kind, left, right, criteria, environment);
}

function kindOf(node: JoinRelationContext): JoinKind {
  const type = node.joinType();
  if (type?.KW_LEFT()) return "left";
  if (type?.KW_RIGHT()) return "right";
  return type?.KW_FULL() ? "full" : "inner";
}

/** The sides that a predicate on the joined rows may be pushed down to. */
const pushableSides = (kind: JoinKind, left: Relation, right: Relation): readonly Relation[] =>
  ({ inner: [left, right], left: [left], right: [right], full: [] })[kind];

/** The sides that the ON condition may be pushed down to: those whose unmatched rows are dropped. */
const conditionSides = (kind: JoinKind, left: Relation, right: Relation): readonly Relation[] =>
  ({ inner: [left, right], left: [right], right: [left], full: [] })[kind];

function joinOn(
  kind: JoinKind,
  left: Relation,
  right: Relation,
  criteria: grammar.JoinCriteriaContext,
  environment: Environment,
): Relation {
  const fields = [...left.fields, ...right.fields];
  const context = contextFor(environment, scopeOf(environment, fields), "JOIN clause");
  const node = criteria.booleanExpression();
  const equality = criteria.joinColumnEquality();
  const condition = node
    ? boolean(node, context)
    : equality
      ? columnEquality(equality, context)
      : notSupported("this join condition", criteria);
  for (const side of conditionSides(kind, left, right))
    for (const term of conjuncts(condition)) side.push(term);
  return joined(
    left,
    right,
    [...left.parts, joinWords[kind], ...right.parts, " ON ", condition],
    pushableSides(kind, left, right),
  );
}

function columnEquality(node: grammar.JoinColumnEqualityContext, context: Context): Expr {
  const [left, right] = node.joinColumnReference().map((side) =>
    columnReference(
      side
        .getText()
        .split(".")
        .map((part) => part.replaceAll('"', "").toLowerCase()),
      side,
      context,
    ),
  );
  return left && right ? compare("=", left, right, node) : notSupported("this join condition", node);
}

/** The first side's column, coerced to the type that both sides have in common. */
function commonColumn([field, other]: readonly [Field, Field]): Column {
  const type = commonOf([field.column.type, other.column.type]) ?? field.column.type;
  if (sameType(type, field.column.type)) return field.column;
  return { sql: render(coerce(columnExpr(field.column), type)), name: field.column.name, type };
}

/** The column of the side that has a row, for FULL JOIN. */
function eitherColumn(a: Field, b: Field): Column {
  const type = commonOf([a.column.type, b.column.type]) ?? a.column.type;
  const [x, y] = [a, b].map(({ column }) => render(coerce(columnExpr(column), type)));
  return { sql: `coalesce(${x}, ${y})`, name: a.column.name, type };
}

/** The columns of USING come first, once, followed by the other columns of both sides. */
function joinUsing(
  kind: JoinKind,
  left: Relation,
  right: Relation,
  names: readonly string[],
  node: Node,
): Relation {
  const pick = (side: Relation, name: string): Field =>
    side.fields.find((field) => field.name === name) ??
    fail("COLUMN_NOT_FOUND", `Column '${name}' is missing from one side of the join`, node);
  const pairs = names.map((name) => [pick(left, name), pick(right, name)] as const);
  const conditions = pairs.map(([a, b]) =>
    compare("=", make(a.column.type)`${a.column.sql}`, make(b.column.type)`${b.column.sql}`, node),
  );
  const condition: Part[] = conditions.flatMap((one, i) => (i === 0 ? [one] : [" AND ", one]));
  const shared = pairs.map(([a, b]) => ({
    ...(kind === "right" ? b : a),
    qualifier: [],
    column: kind === "full" ? eitherColumn(a, b) : commonColumn(kind === "right" ? [b, a] : [a, b]),
  }));
  const rest = [...left.fields, ...right.fields].filter(
    (field) => !pairs.some((pair) => pair.includes(field)),
  );
  const base = joined(
    left,
    right,
    [...left.parts, joinWords[kind], ...right.parts, " ON ", ...condition],
    pushableSides(kind, left, right),
  );
  return { ...base, fields: [...shared, ...rest] };
}
