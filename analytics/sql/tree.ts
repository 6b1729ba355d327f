import type { ParserRuleContext } from "antlr4ng";
import { TrinoSQL } from "dt-sql-parser/dist/parser/trino";

export type Node = ParserRuleContext;

export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const grammar = new TrinoSQL();

/** The tree of a text in Athena's dialect, or the first place where it leaves the grammar. */
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

/** Nodes of a kind below a node, itself included, outermost first; not looked for below those that `stop` names. */
export function* find<T extends Node>(
  node: Node,
  kind: abstract new (...args: never[]) => T,
  stop?: (node: Node) => boolean,
): Generator<T> {
  if (node instanceof kind) yield node;
  for (const child of childrenOf(node)) if (!stop?.(child)) yield* find(child, kind, stop);
}

/** A name as Athena compares it. */
export const nameOf = (node: Node): string => node.getText().replaceAll('"', "").toLowerCase();

export const lineOf = (node: Node): number => node.start?.line ?? 1;
export const columnOf = (node: Node): number => (node.start?.column ?? 0) + 1;
