import type { ParserRuleContext } from "antlr4ng";
import {
  ColumnReferenceContext,
  DereferenceContext,
  QueryContext,
  SubqueryExpressionContext,
  SubqueryRelationContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { TrinoSQL } from "dt-sql-parser/dist/parser/trino";

export type Node = ParserRuleContext;

export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const grammar = new TrinoSQL();

/** The syntax tree of a query, or its first syntax error. */
export function parseTrino(sql: string): { tree: Node } | { problem: Problem } {
  const problems: Problem[] = [];
  const tree = grammar.parse(sql, ({ startLine, startColumn, message }) => {
    problems.push({ line: startLine, column: startColumn, message });
  });
  const [problem] = problems;
  return problem ? { problem } : { tree };
}

export const childrenOf = (node: Node): Node[] =>
  (node.children ?? []).filter((child): child is Node => "children" in child && "ruleIndex" in child);

/** Nodes of a kind in a subtree, outermost first. Does not descend into nodes for which `stop` is true. */
export function* find<T extends Node>(
  node: Node,
  kind: abstract new (...args: never[]) => T,
  stop?: (node: Node) => boolean,
): Generator<T> {
  if (node instanceof kind) yield node;
  for (const child of childrenOf(node)) if (!stop?.(child)) yield* find(child, kind, stop);
}

export interface ColumnUse {
  readonly node: Node;
  readonly name: string;
  readonly qualifier?: string;
}

/** The columns that an expression or query block names itself; subqueries are skipped. */
export function* columnsIn(node: Node): Generator<ColumnUse> {
  if (
    node instanceof QueryContext ||
    node instanceof SubqueryExpressionContext ||
    node instanceof SubqueryRelationContext
  )
    return;
  if (node instanceof DereferenceContext || node instanceof ColumnReferenceContext) {
    const [name = "", qualifier] = nameOf(node).split(".").reverse();
    yield { node, name, ...(qualifier !== undefined && { qualifier }) };
  } else for (const child of childrenOf(node)) yield* columnsIn(child);
}

/** A name without quotes, in lower case: Athena ignores case. */
export const nameOf = (node: Node): string => node.getText().replaceAll('"', "").toLowerCase();

export const lineOf = (node: Node): number => node.start?.line ?? 1;
