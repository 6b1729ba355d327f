import { build, type Expr, make } from "../expr";
import { fail, type Node } from "../failure";
import { raise } from "../raise";
import {
  array,
  BOOLEAN,
  DOUBLE,
  duckType,
  fieldName,
  isNumeric,
  isText,
  JSON_TYPE,
  quoteText,
  type Type,
  typeName,
  VARCHAR,
} from "../types";
import { depth, packed } from "./rebuild";
import type { Rule } from "./rule";

/** Casts JSON: each scalar inside is cast from its own type. */
export const fromJson =
  (cast: Rule): Rule =>
  (expr, to, attempt, node) => {
    const whole = !["array", "map", "row"].includes(to.kind);
    const value = castText(make(VARCHAR)`CAST(${expr} AS VARCHAR)`, to, {
      cast,
      attempt: attempt && whole,
      node,
    });
    return attempt && !whole ? make(to)`TRY(${value})` : value;
  };

interface Casting {
  readonly cast: Rule;
  readonly attempt: boolean;
  readonly node: Node;
}

/** Casts a value given as JSON text. */
function castText(text: Expr, to: Type, casting: Casting): Expr {
  if (to.kind === "json") return make(JSON_TYPE)`CAST(trino_json_inner(${text}) AS JSON)`;
  if (to.kind === "array") return arrayOf(text, to, casting);
  if (to.kind === "map") return mapOf(text, to, casting);
  if (to.kind === "row") return rowOf(text, to, casting);
  if (isNumeric(to) || isText(to) || to.kind === "boolean") return scalarOf(text, to, casting);
  return fail("TYPE_MISMATCH", `Cannot cast json to ${typeName(to)}`, casting.node);
}

const isNull = (text: Expr): Expr => make(BOOLEAN)`(${text} IS NULL OR ${text} = 'null')`;

const failure = (text: Expr, to: Type, { attempt }: Casting): Expr | string =>
  attempt ? "NULL" : raise(to, "INVALID_CAST_ARGUMENT", [`Cannot cast to ${typeName(to)}. `, text]);

function scalarOf(text: Expr, to: Type, casting: Casting): Expr {
  const { cast, attempt, node } = casting;
  const string = make(VARCHAR)`json_extract_string(CAST(${text} AS JSON), '$')`;
  const number = make(DOUBLE)`CAST(${text} AS DOUBLE)`;
  const digits = to.kind === "boolean" ? number : text;
  const other = to.kind === "decimal" ? text : number;
  const result = make(to);
  return result`CASE WHEN ${isNull(text)} THEN NULL WHEN ${text} LIKE '"%' THEN ${cast(string, to, attempt, node)} WHEN ${text} IN ('true', 'false') THEN ${cast(make(BOOLEAN)`(${text} = 'true')`, to, attempt, node)} WHEN ${text} LIKE '{%' OR ${text} LIKE '[%' THEN ${failure(text, to, casting)} WHEN regexp_full_match(${text}, '-?[0-9]+') THEN ${cast(digits, to, attempt, node)} ELSE ${cast(other, to, attempt, node)} END`;
}

function arrayOf(text: Expr, to: Type & { readonly kind: "array" }, casting: Casting): Expr {
  const variable = `j${depth(to)}`;
  const element = castText(build(VARCHAR, [variable]), to.element, casting);
  const result = make(to);
  return result`CASE WHEN ${isNull(text)} THEN NULL WHEN ${text} NOT LIKE '[%' THEN ${failure(text, to, casting)} ELSE list_transform(trino_json_exact_items(${text}), lambda ${variable}: ${element}) END`;
}

function mapOf(text: Expr, to: Type & { readonly kind: "map" }, casting: Casting): Expr {
  const variable = `j${depth(to)}`;
  const value = castText(build(VARCHAR, [variable]), to.value, casting);
  const key = casting.cast(build(VARCHAR, [variable]), to.key, casting.attempt, casting.node);
  const result = make(to);
  return result`CASE WHEN ${isNull(text)} THEN NULL WHEN ${text} NOT LIKE '{%' THEN ${failure(text, to, casting)} ELSE map(list_transform(trino_json_names(${text}), lambda ${variable}: ${key}), list_transform(trino_json_exact_items(${text}), lambda ${variable}: ${value})) END`;
}

/** Arrays match fields by position, objects by case-insensitive name. */
function rowOf(text: Expr, to: Type & { readonly kind: "row" }, casting: Casting): Expr {
  const names = to.fields.map((field, i) => fieldName(field, i).toLowerCase());
  const pieces = make(array(VARCHAR))`trino_json_fields(${text}, ${quoteText(JSON.stringify(names))})`;
  const fields = to.fields.map((field, i) =>
    castText(make(VARCHAR)`${pieces}[${String(i + 1)}]`, field.type, casting),
  );
  const row = packed(to.fields, fields, to, [isNull(text)]);
  const result = make(to);
  const size = String(to.fields.length);
  const fits = make(
    BOOLEAN,
  )`(${text} LIKE '{%' OR (${text} LIKE '[%' AND len(trino_json_exact_items(${text})) = ${size}))`;
  return result`CASE WHEN NOT ${isNull(text)} AND NOT ${fits} THEN ${failure(text, to, casting)} ELSE CAST(${row} AS ${duckType(to)}) END`;
}
