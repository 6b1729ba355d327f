import type { SortItemContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import type { Expr, Part } from "../expr";
import { fail } from "../failure";
import { pathOf } from "../names";
import { type Context, compileExpression } from "./context";
import { columnReference } from "./references";

/** NULLs are last by default, in both directions. */
export const direction = (node: SortItemContext): string =>
  `${node.KW_DESC() ? " DESC" : " ASC"} NULLS ${node.KW_FIRST() ? "FIRST" : "LAST"}`;

export function sortKey(node: SortItemContext, context: Context): Expr {
  const expression = node.expression();
  if (expression) return compileExpression(expression, context);
  const name = node.columnRef()?.qualifiedName();
  return name
    ? columnReference(pathOf(name), node, context)
    : fail("SYNTAX_ERROR", "ORDER BY needs an expression", node);
}

export const sortParts = (items: readonly SortItemContext[], context: Context): Part[] =>
  items.flatMap((item, i): Part[] => [i === 0 ? "" : ", ", sortKey(item, context), direction(item)]);
