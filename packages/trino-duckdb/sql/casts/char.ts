import { type Expr, make } from "../expr";
import { truncate } from "./from-text";
import type { Rule } from "./rule";

/** DuckDB has no char(n): its values are kept without the blanks at their end, which do not count in comparisons. */
export const toChar: Rule = (expr, to) => {
  const length = to.kind === "char" ? to.length : 0;
  const cut =
    expr.type.kind === "char" && expr.type.length <= length
      ? expr
      : make(to)`substr(${expr}, 1, ${String(length)})`;
  return make(to)`rtrim(${cut}, ' ')`;
};

/** As a varchar it has all its blanks. */
export const fromChar: Rule = (expr, to) => truncate(padded(expr), to);

/** All characters of a char(n). */
export const padded = (expr: Expr): Expr =>
  expr.type.kind === "char"
    ? make({ kind: "varchar", length: expr.type.length })`rpad(${expr}, ${String(expr.type.length)}, ' ')`
    : expr;
