import { type Expr, isExpr, render } from "../expr";
import { fail, type Node } from "../failure";
import type { Field } from "../scope";

/** Checks that every column of a grouped query is inside an aggregate or a grouping expression. */
export function checkGrouped(expr: Expr, keys: readonly Expr[], source: readonly Field[], node: Node): void {
  const texts = new Set(keys.filter(plain).map(render));
  const names = new Map(source.map(({ column, name }) => [column.sql, name ?? column.name]));
  const visit = (one: Expr): void => {
    if (one.call || !plain(one) || texts.has(render(one))) return;
    if (one.column && names.has(one.column.sql))
      fail(
        "EXPRESSION_NOT_AGGREGATE",
        `'${names.get(one.column.sql)}' must be an aggregate expression or appear in GROUP BY clause`,
        node,
      );
    for (const part of one.parts) if (isExpr(part)) visit(part);
  };
  visit(expr);
}

/** Whether the SQL is already known, unlike that of a subquery with unbound scans. */
const plain = (expr: Expr): boolean =>
  expr.parts.every((part) => typeof part === "string" || (isExpr(part) && plain(part)));
