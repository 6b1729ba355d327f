import { build, type Expr, make, type Part } from "../expr";
import { fieldName, quoteName, type RowField, type Type } from "../types";

/** Rebuilds a nested value with each piece converted; undefined if the types do not match. */
export function rebuild(expr: Expr, to: Type, turn: (piece: Expr, type: Type) => Expr): Expr | undefined {
  const from = expr.type;
  const variable = `n${depth(to)}`;
  const piece = (type: Type, sql: string): Expr => build(type, [sql]);
  const result = make(to);
  if (from.kind === "array" && to.kind === "array")
    return result`list_transform(${expr}, lambda ${variable}: ${turn(piece(from.element, variable), to.element)})`;
  if (from.kind === "map" && to.kind === "map") {
    const key = turn(piece(from.key, `${variable}.key`), to.key);
    const value = turn(piece(from.value, `${variable}.value`), to.value);
    return result`map_from_entries(list_transform(map_entries(${expr}), lambda ${variable}: struct_pack(k := ${key}, v := ${value})))`;
  }
  if (from.kind !== "row" || to.kind !== "row" || from.fields.length !== to.fields.length) return undefined;
  const fields = from.fields.map((field, i) =>
    turn(make(field.type)`struct_extract_at(${expr}, ${String(i + 1)})`, to.fields[i]?.type ?? field.type),
  );
  return packed(to.fields, fields, to, [expr, " IS NULL"]);
}

/** Builds a row from its fields; NULL if the condition holds. */
export const packed = (
  fields: readonly RowField[],
  values: readonly Expr[],
  to: Type,
  isNull: readonly Part[],
): Expr =>
  build(to, [
    "CASE WHEN ",
    ...isNull,
    " THEN NULL ELSE struct_pack(",
    ...values.flatMap((value, i): Part[] => [
      `${i === 0 ? "" : ", "}${quoteName(fieldName(fields[i] ?? { type: value.type }, i))} := `,
      value,
    ]),
    ") END",
  ]);

/** The nesting depth of a type. It makes the variables of nested lambdas distinct. */
export function depth(type: Type): number {
  if (type.kind === "array") return 1 + depth(type.element);
  if (type.kind === "map") return 1 + Math.max(depth(type.key), depth(type.value));
  return type.kind === "row" ? 1 + Math.max(0, ...type.fields.map((field) => depth(field.type))) : 0;
}
