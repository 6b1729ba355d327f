import { type Expr, make } from "../expr";
import type { Node } from "../failure";
import { raise } from "../raise";
import { BOOLEAN, duckType, type Type, typeName } from "../types";

/** Casts between two types. With `attempt` a failing cast gives NULL. */
export type Rule = (expr: Expr, to: Type, attempt: boolean, node: Node) => Expr;

export const plain: Rule = (expr, to, attempt) => duckCast(expr, to, attempt);

export const duckCast = (expr: Expr, to: Type, attempt: boolean): Expr =>
  make(to)`${attempt ? "TRY_CAST" : "CAST"}(${expr} AS ${duckType(to)})`;

export const invalid = (expr: Expr, to: Type): Expr =>
  raise(to, "INVALID_CAST_ARGUMENT", ["Cannot cast '", expr, `' to ${typeName(to)}`]);

export const matches = (pattern: string) => (expr: Expr) =>
  make(BOOLEAN)`regexp_full_match(${expr}, '${pattern}')`;

/** Casts if the guard holds. Otherwise the cast fails, or gives NULL with `attempt`. */
export const guarded =
  (guard: (expr: Expr) => Expr, convert?: (expr: Expr, to: Type, attempt: boolean) => Expr): Rule =>
  (expr, to, attempt) => {
    const otherwise = attempt ? "NULL" : invalid(expr, to);
    const result = make(to);
    return result`CASE WHEN ${expr} IS NULL THEN NULL WHEN ${guard(expr)} THEN ${convert?.(expr, to, attempt) ?? duckCast(expr, to, attempt)} ELSE ${otherwise} END`;
  };
