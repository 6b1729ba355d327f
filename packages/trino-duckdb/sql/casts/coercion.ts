import { build, type Expr, make } from "../expr";
import { fail, type Node } from "../failure";
import { coercible, commonType, duckType, isText, sameType, type Type, typeName } from "../types";
import { fromChar, toChar } from "./char";
import { rebuild } from "./rebuild";

const NO_NODE: Node = { start: null };

/** Applies Trino's implicit coercion. */
export function coerce(expr: Expr, to: Type): Expr {
  if (sameType(expr.type, to))
    return duckType(expr.type) === duckType(to) ? { ...expr, type: to } : reshape(expr, to);
  if (!coercible(expr.type, to))
    fail("TYPE_MISMATCH", `Cannot coerce ${typeName(expr.type)} to ${typeName(to)}`);
  if (to.kind === "char" && isText(expr.type)) return toChar(expr, to, false, NO_NODE);
  if (expr.type.kind === "char" && to.kind === "varchar") return fromChar(expr, to, false, NO_NODE);
  if (expr.type.kind !== "unknown" && duckType(to).includes("STRUCT(")) return reshape(expr, to);
  const literal = expr.literal === undefined ? {} : { literal: expr.literal };
  if (duckType(expr.type) === duckType(to) && expr.type.kind !== "unknown" && !("precision" in to))
    return { ...expr, type: to };
  return build(to, ["CAST(", expr, ` AS ${duckType(to)})`], literal);
}

/** Trino matches the fields of rows by position. DuckDB would match them by name. */
const reshape = (expr: Expr, to: Type): Expr =>
  rebuild(expr, to, coerce) ?? make(to)`CAST(${expr} AS ${duckType(to)})`;

/** Coerces all expressions to their common type. */
export function unify(expressions: readonly Expr[], node: Node, what: string): Expr[] {
  const type = commonOf(expressions.map((expr) => expr.type));
  if (!type)
    return fail(
      "TYPE_MISMATCH",
      `${what} must be the same type: ${expressions.map((expr) => typeName(expr.type)).join(", ")}`,
      node,
    );
  return expressions.map((expr) => coerce(expr, type));
}

export const commonOf = (types: readonly Type[]): Type | undefined =>
  types.reduce<Type | undefined>((common, type) => common && commonType(common, type), { kind: "unknown" });
