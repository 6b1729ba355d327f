import {
  AndContext,
  BetweenContext,
  ColumnReferenceContext,
  ComparisonContext,
  DereferenceContext,
  InListContext,
  PredicateContext,
  PredicatedContext,
  QueryContext,
  type QuerySpecificationContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { columnsIn } from "./readings";
import { childrenOf, columnOf, lineOf, type Node, type Problem } from "./tree";

/** What constants say of a column; an end that is constant but no literal is known only to be there. */
export interface Bounds {
  readonly from?: string;
  readonly to?: string;
}

const partitionColumns = new Set(["dt", "hour"]);

/** Bounds of a block's columns from the conjuncts of its WHERE: what Athena can prune by before it reads. */
export function boundsOf(
  block: QuerySpecificationContext,
  qualifiers: ReadonlySet<string>,
  alone: boolean,
): ReadonlyMap<string, Bounds> {
  const bounds = new Map<string, Bounds>();
  const where = block.whereClause()?.booleanExpression();
  for (const conjunct of where ? conjuncts(where) : []) {
    const found = boundOf(conjunct);
    if (!found) continue;
    const { qualifier, name } = found.column;
    if (qualifier === undefined ? !alone : !qualifiers.has(qualifier)) continue;
    bounds.set(name, { ...bounds.get(name), ...found.bounds });
  }
  return bounds;
}

function* conjuncts(node: Node): Generator<Node> {
  const bare = unwrap(node);
  if (bare instanceof AndContext) for (const part of bare.booleanExpression()) yield* conjuncts(part);
  else yield bare;
}

/** Through parentheses and rules that only pass on. */
function unwrap(node: Node): Node {
  if (node instanceof ColumnReferenceContext || node instanceof DereferenceContext) return node;
  const children = childrenOf(node);
  const [only] = children;
  if (only === undefined || children.length !== 1) return node;
  const terminals = (node.children ?? []).length - 1;
  const bracketed = node.getText() === `(${only.getText()})`;
  return terminals === 0 || bracketed ? unwrap(only) : node;
}

function boundOf(node: Node) {
  if (!(node instanceof PredicatedContext)) return undefined;
  const predicate = node.predicate();
  const left = unwrap(node.valueExpression());
  if (predicate instanceof ComparisonContext) {
    const right = unwrap(predicate.valueExpression());
    const operator = predicate.comparisonOperator().getText();
    return ends(left, operator, right) ?? ends(right, mirrored[operator] ?? operator, left);
  }
  const column = soleColumn(left);
  if (!column) return undefined;
  if (predicate instanceof BetweenContext && !predicate.KW_NOT()) {
    const [low, high] = predicate.valueExpression().map(unwrap);
    if (!low || !high || !isConstant(low) || !isConstant(high)) return undefined;
    return { column, bounds: { ...literal("from", low), ...literal("to", high) } };
  }
  if (predicate instanceof InListContext && !predicate.KW_NOT()) {
    const values = predicate.expression().map(unwrap);
    if (!values.every(isConstant)) return undefined;
    const texts = values.map(textOf).sort();
    return texts.some((text) => text === undefined)
      ? { column, bounds: {} }
      : { column, bounds: { from: texts[0] ?? "", to: texts.at(-1) ?? "" } };
  }
  return undefined;
}

const mirrored: Readonly<Record<string, string>> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=" };

function ends(side: Node, operator: string, other: Node) {
  const column = soleColumn(side);
  if (!column || !isConstant(other)) return undefined;
  if (operator === "=") return { column, bounds: { ...literal("from", other), ...literal("to", other) } };
  if (operator === ">" || operator === ">=") return { column, bounds: literal("from", other) };
  if (operator === "<" || operator === "<=") return { column, bounds: literal("to", other) };
  return undefined;
}

/** A column and nothing about it. */
function soleColumn(node: Node) {
  const [column, ...more] = columnsIn(node);
  return column && more.length === 0 && column.node.getText() === node.getText() ? column : undefined;
}

const isConstant = (node: Node): boolean => columnsIn(node).next().done === true && !holdsQuery(node);
const holdsQuery = (node: Node): boolean => node instanceof QueryContext || childrenOf(node).some(holdsQuery);

const textOf = (node: Node): string | undefined =>
  /^'((?:[^']|'')*)'$/.exec(node.getText())?.[1]?.replaceAll("''", "'");

function literal(end: "from" | "to", node: Node): Bounds {
  const text = textOf(node);
  return text === undefined ? {} : { [end]: text };
}

/** Partition columns inside functions, casts or arithmetic in a WHERE: Athena then reads every partition. */
export function unprunable(block: QuerySpecificationContext): Problem[] {
  const where = block.whereClause();
  if (!where) return [];
  return [...columnsIn(where)]
    .filter(({ node, name }) => partitionColumns.has(name) && !standsAlone(node))
    .map(({ node, name }) => ({
      line: lineOf(node),
      column: columnOf(node),
      message: `the partition column ${name} stands inside an expression, so its partitions cannot be pruned`,
    }));
}

function standsAlone(node: Node): boolean {
  let at: Node | null = node;
  while (at?.parent && at.parent.getText() === node.getText()) at = at.parent;
  return at?.parent instanceof PredicatedContext || at?.parent instanceof PredicateContext;
}
