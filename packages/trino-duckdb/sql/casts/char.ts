import { type Expr, make } from "../expr";
import { fail, type Node } from "../failure";
import { LONGEST_CHAR } from "../types";
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

/** char(n) || char(m), where a varchar(m) counts as a char(m). */
export function concatenateChars(a: Expr, b: Expr, node: Node): Expr {
  const lengthOf = ({ type }: Expr): number =>
    type.kind === "unknown" ? 0 : (("length" in type ? type.length : undefined) ?? LONGEST_CHAR);
  const length = lengthOf(a) + lengthOf(b);
  if (length > LONGEST_CHAR) return fail("TYPE_NOT_FOUND", `Unknown type: char(${length})`, node);
  return make({ kind: "char", length })`rtrim(${asBlanked(a)} || ${asBlanked(b)}, ' ')`;
}

/** A varchar(m) is filled up with blanks like a char(m). */
const asBlanked = (expr: Expr): Expr =>
  expr.type.kind === "varchar" && expr.type.length !== undefined
    ? make(expr.type)`rpad(${expr}, ${String(expr.type.length)}, ' ')`
    : padded(expr);
