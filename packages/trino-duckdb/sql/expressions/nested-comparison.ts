import { depth } from "../casts/rebuild";
import { type Expr, logic, make } from "../expr";
import { type Node, notSupported } from "../failure";
import { raise } from "../raise";
import { array, BOOLEAN, isFloating, type Type, typeName } from "../types";

export const isNested = (type: Type): boolean =>
  type.kind === "array" || type.kind === "map" || type.kind === "row";

const boolean = make(BOOLEAN);
const booleans = make(array(BOOLEAN));

type Compare = (symbol: string, a: Expr, b: Expr) => Expr;

/**
 * Compares rows, arrays or maps of one type. With a NULL inside, Trino's equality is NULL and ordering is an error;
 * DuckDB treats NULLs as equal and orders them.
 */
export function compareNested(symbol: string, a: Expr, b: Expr, leaf: Compare, node: Node): Expr {
  if (symbol === "=") return equal(a, b, leaf);
  if (symbol === "<>") return boolean`(NOT ${equal(a, b, leaf)})`;
  const bad = raise(
    BOOLEAN,
    "NOT_SUPPORTED",
    `${a.type.kind.toUpperCase()} comparison not supported for ${a.type.kind === "row" ? "fields" : "arrays"} with null elements`,
  );
  const nulls = [withNull(a, node), withNull(b, node)];
  return boolean`CASE WHEN ${logic("or", nulls)} THEN ${bad} ELSE (${a} ${symbol} ${b}) END`;
}

function withNull(value: Expr, node: Node): Expr {
  const { type } = value;
  const pieces =
    type.kind === "array"
      ? [type.element]
      : type.kind === "row"
        ? type.fields.map((field) => field.type)
        : [];
  const [odd] = type.kind === "map" ? [type] : pieces.filter((one) => isNested(one) || isFloating(one));
  if (odd) return notSupported(`ordering ${typeName(type)}`, node);
  if (type.kind === "array") return boolean`(list_count(${value}) < len(${value}))`;
  const fields = pieces.map((_, i) => boolean`(struct_extract_at(${value}, ${String(i + 1)}) IS NULL)`);
  return boolean`(${value} IS NOT NULL AND ${logic("or", fields)})`;
}

function equal(a: Expr, b: Expr, leaf: Compare): Expr {
  const type = a.type;
  if (type.kind === "row") {
    const fields = type.fields.map((field, i) => {
      const [x, y] = [a, b].map((side) => make(field.type)`struct_extract_at(${side}, ${String(i + 1)})`);
      return x && y ? equal(x, y, leaf) : a;
    });
    return boolean`CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN ${logic("and", fields)} END`;
  }
  if (type.kind === "array") {
    const variable = `q${depth(type)}`;
    const [x, y] = [1, 2].map((i) => make(type.element)`${variable}[${String(i)}]`);
    if (!x || !y) return a;
    const same = booleans`list_transform(list_zip(${a}, ${b}), lambda ${variable}: ${equal(x, y, leaf)})`;
    return boolean`CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN len(${a}) <> len(${b}) THEN false ELSE ${every(same)} END`;
  }
  if (type.kind === "map") {
    const variable = `q${depth(type)}`;
    const [x, y] = [a, b].map((side) => make(type.value)`map_extract_value(${side}, ${variable})`);
    if (!x || !y) return a;
    const same = booleans`list_transform(map_keys(${a}), lambda ${variable}: ${equal(x, y, leaf)})`;
    return boolean`CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN cardinality(${a}) <> cardinality(${b}) OR NOT list_has_all(map_keys(${a}), map_keys(${b})) THEN false ELSE ${every(same)} END`;
  }
  return leaf("=", a, b);
}

const every = (list: Expr): Expr =>
  boolean`CASE WHEN list_contains(${list}, false) THEN false WHEN list_count(${list}) = len(${list}) THEN true END`;
