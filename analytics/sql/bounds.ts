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
import { type ColumnUse, childrenOf, columnsIn, lineOf, type Node } from "./parse";

/** Constant limits of a column, where they are string literals. */
export interface Bounds {
  readonly from?: string;
  readonly to?: string;
}

const partitionColumns = new Set(["dt", "hour"]);

/**
 * Bounds of a table's columns from the conjuncts of a block's WHERE. Athena prunes partitions by them. Columns without
 * qualifier count only if the table is the block's only one.
 */
export function boundsOf(
  block: QuerySpecificationContext,
  qualifiers: ReadonlySet<string>,
  onlyTable: boolean,
): ReadonlyMap<string, Bounds> {
  const bounds = new Map<string, Bounds>();
  const where = block.whereClause()?.booleanExpression();
  for (const conjunct of where ? conjuncts(where) : []) {
    const found = boundOf(conjunct);
    if (!found) continue;
    const { qualifier, name } = found.column;
    if (qualifier === undefined ? !onlyTable : !qualifiers.has(qualifier)) continue;
    bounds.set(name, { ...bounds.get(name), ...found.bounds });
  }
  return bounds;
}

function* conjuncts(node: Node): Generator<Node> {
  const bare = unwrap(node);
  if (bare instanceof AndContext) for (const part of bare.booleanExpression()) yield* conjuncts(part);
  else yield bare;
}

/** Skips parentheses and grammar rules with a single child. */
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
  const column = bareColumn(left);
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
  const column = bareColumn(side);
  if (!column || !isConstant(other)) return undefined;
  if (operator === "=") return { column, bounds: { ...literal("from", other), ...literal("to", other) } };
  if (operator === ">" || operator === ">=") return { column, bounds: literal("from", other) };
  if (operator === "<" || operator === "<=") return { column, bounds: literal("to", other) };
  return undefined;
}

/** The column, if the node is nothing but a column name. */
function bareColumn(node: Node): ColumnUse | undefined {
  const [column, ...more] = columnsIn(node);
  return column && more.length === 0 && column.node.getText() === node.getText() ? column : undefined;
}

const isConstant = (node: Node): boolean => columnsIn(node).next().done === true && !containsQuery(node);
const containsQuery = (node: Node): boolean =>
  node instanceof QueryContext || childrenOf(node).some(containsQuery);

const textOf = (node: Node): string | undefined =>
  /^'((?:[^']|'')*)'$/.exec(node.getText())?.[1]?.replaceAll("''", "'");

function literal(end: "from" | "to", node: Node): Bounds {
  const text = textOf(node);
  return text === undefined ? {} : { [end]: text };
}

/** Partition columns inside functions, casts or arithmetic in a WHERE. Athena then reads every partition. */
export function unprunable(block: QuerySpecificationContext): { line: number; message: string }[] {
  const where = block.whereClause();
  if (!where) return [];
  return [...columnsIn(where)]
    .filter(({ node, name }) => partitionColumns.has(name) && !isComparedDirectly(node))
    .map(({ node, name }) => ({
      line: lineOf(node),
      message: `the partition column ${name} is inside an expression, so Athena cannot prune its partitions`,
    }));
}

function isComparedDirectly(node: Node): boolean {
  let at: Node | null = node;
  while (at?.parent && at.parent.getText() === node.getText()) at = at.parent;
  return at?.parent instanceof PredicatedContext || at?.parent instanceof PredicateContext;
}
