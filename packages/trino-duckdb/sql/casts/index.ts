import { type Column, type Expr, make } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import {
  duckType,
  isFloating,
  isInteger,
  isNumeric,
  isText,
  sameType,
  type Type,
  typeName,
  VARCHAR,
} from "../types";
import { fromChar, toChar } from "./char";
import { fromJson } from "./from-json";
import { fromText } from "./from-text";
import { identifiers } from "./identifiers";
import { rebuild } from "./rebuild";
import { duckCast, invalid, plain, type Rule } from "./rule";
import { temporal } from "./temporal";
import { toJson } from "./to-json";
import { toText } from "./to-text";

export { coerce, commonOf, unify } from "./coercion";

/** CAST, and TRY_CAST (`attempt`), which returns NULL where CAST fails the query. */
export const cast: Rule = (expr, to, attempt, node) => {
  const from = expr.type;
  if (from.kind === "unknown") return duckCast(expr, to, false);
  if (sameType(from, to) && duckType(from) === duckType(to)) return { ...expr, type: to };
  if (isNested(from) && from.kind === to.kind) return nested(expr, to, attempt, node);
  const rule = ruleFor(from, to);
  if (!rule) return fail("TYPE_MISMATCH", `Cannot cast ${typeName(from)} to ${typeName(to)}`, node);
  const value = rule(expr, to, attempt, node);
  const shortcut = isText(from) && textOfFile(expr, attempt)?.typedRead?.(to);
  return shortcut ? { ...value, shortcut } : value;
};

/** The text column under NULLIF(column, ''), or the column itself if a failing cast gives NULL. */
function textOfFile(expr: Expr, attempt: boolean): Column | undefined {
  if (expr.column) return attempt ? expr.column : undefined;
  const [call, inner, , empty] = expr.parts;
  if (call !== "nullif(" || typeof inner !== "object" || typeof empty !== "object") return undefined;
  return "parts" in inner && "parts" in empty && empty.literal === "" ? inner.column : undefined;
}

function ruleFor(from: Type, to: Type): Rule | undefined {
  if (to.kind === "char") return isText(from) ? toChar : undefined;
  if (from.kind === "char") return to.kind === "varchar" ? fromChar : undefined;
  if (from.kind === "json") return fromJson(cast);
  if (to.kind === "json") return toJson(cast);
  if (isText(from)) return fromText[to.kind];
  if (to.kind === "varchar") return toText(from);
  if (isNumeric(from) && isNumeric(to)) return numberToNumber;
  if (from.kind === "boolean" && to.kind === "decimal")
    return (expr, _to, attempt) => {
      const one =
        to.precision > to.scale ? `CAST(1 AS ${duckType(to)})` : attempt ? "NULL" : invalid(expr, to);
      return make(to)`CASE WHEN ${expr} THEN ${one} WHEN NOT ${expr} THEN CAST(0 AS ${duckType(to)}) END`;
    };
  if (from.kind === "boolean" && isNumeric(to)) return plain;
  if (isNumeric(from) && to.kind === "boolean") return plain;
  return temporal(from, to) ?? identifiers(from, to);
}

const isNested = (type: Type): boolean => type.kind === "array" || type.kind === "map" || type.kind === "row";

/** Casts element by element. If one of them fails, TRY_CAST returns NULL for the whole value. */
function nested(expr: Expr, to: Type, attempt: boolean, node: Node): Expr {
  const value = rebuild(expr, to, (piece, type) => {
    const converted = cast(piece, type, false, node);
    // The zone is part of the type here, and a type in CAST names none.
    if (!sameType(converted.type, type))
      notSupported(`CAST of ${typeName(piece.type)} in another zone inside ${typeName(to)}`, node);
    return converted;
  });
  if (!value) return fail("TYPE_MISMATCH", `Cannot cast ${typeName(expr.type)} to ${typeName(to)}`, node);
  return attempt ? make(to)`TRY(${value})` : value;
}

/**
 * To an integer Trino rounds half away from zero, DuckDB half to even. To a decimal Trino takes the number's shortest
 * text (io.trino.type.DecimalCasts), DuckDB its binary value.
 */
const numberToNumber: Rule = (expr, to, attempt) => {
  if (!isFloating(expr.type)) return duckCast(expr, to, attempt);
  if (isInteger(to)) {
    const rounded = duckCast(make(expr.type)`round(${expr})`, to, attempt);
    if (expr.type.kind !== "real" || to.kind !== "bigint") return rounded;
    // Java's rounding of a float has the limits of bigint for what is beyond them.
    const limit = make(to)`CASE WHEN ${expr} < 0 THEN -9223372036854775808 ELSE 9223372036854775807 END`;
    return make(
      to,
    )`CASE WHEN isfinite(${expr}) AND abs(${expr}) >= 9223372036854775807 THEN ${limit} ELSE ${rounded} END`;
  }
  if (to.kind !== "decimal") return duckCast(expr, to, attempt);
  const text =
    expr.type.kind === "real"
      ? make(VARCHAR)`trino_real_text(CAST(${expr} AS DOUBLE))`
      : make(VARCHAR)`CAST(${expr} AS VARCHAR)`;
  return duckCast(text, to, attempt);
};
