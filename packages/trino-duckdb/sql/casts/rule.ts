import { type Expr, make } from "../expr";
import type { Node } from "../failure";
import { raise } from "../raise";
import { duckType, type Type, typeName } from "../types";

/** How a value of one type becomes one of another; an `attempt` gives NULL where a cast fails the query. */
export type Rule = (expr: Expr, to: Type, attempt: boolean, node: Node) => Expr;

export const plain: Rule = (expr, to, attempt) => duckCast(expr, to, attempt);

export const duckCast = (expr: Expr, to: Type, attempt: boolean): Expr =>
  make(to)`${attempt ? "TRY_CAST" : "CAST"}(${expr} AS ${duckType(to)})`;

export const invalid = (expr: Expr, to: Type): Expr =>
  raise(to, "INVALID_CAST_ARGUMENT", ["Cannot cast '", expr, `' to ${typeName(to)}`]);

/** A value only where the guard holds; elsewhere NULL for an attempt, and a failure for a cast. */
export const guarded =
  (guard: (expr: Expr) => Expr): Rule =>
  (expr, to, attempt) => {
    const otherwise = attempt ? "NULL" : invalid(expr, to);
    return make(
      to,
    )`CASE WHEN ${expr} IS NULL THEN NULL WHEN ${guard(expr)} THEN ${duckCast(expr, to, attempt)} ELSE ${otherwise} END`;
  };
