import { build, type Expr, join, make, type Part } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { JSON_TYPE, type Kind, quoteText, typeName, VARCHAR } from "../types";
import { depth } from "./rebuild";
import type { Rule } from "./rule";
import { decimalText } from "./to-text";

/** CAST(x AS JSON), type by type. DuckDB's own cast would lose digits of decimals and invent field names. */
export const toJson =
  (cast: Rule): Rule =>
  (expr, _to, _attempt, node) =>
    make(JSON_TYPE)`CAST(${written(expr, { cast, node })} AS JSON)`;

interface Writing {
  readonly cast: Rule;
  readonly node: Node;
}

type Write = (expr: Expr, writing: Writing) => Expr;

const asText: Write = (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`;
const number: Write = (expr) => make(VARCHAR)`trino_json_number(CAST(${expr} AS VARCHAR))`;
const string: Write = (expr) => make(VARCHAR)`CAST(to_json(${expr}) AS VARCHAR)`;
const time: Write = (expr, { cast, node }) => string(cast(expr, VARCHAR, false, node), { cast, node });

const writers: Partial<Record<Kind, Write>> = {
  unknown: () => make(VARCHAR)`CAST(NULL AS VARCHAR)`,
  boolean: asText,
  tinyint: asText,
  smallint: asText,
  integer: asText,
  bigint: asText,
  decimal: decimalText,
  real: (expr) => make(VARCHAR)`trino_json_number(trino_real_text(CAST(${expr} AS DOUBLE)))`,
  double: number,
  varchar: string,
  json: asText,
  date: time,
  timestamp: time,
  array: (expr, writing) => {
    if (expr.type.kind !== "array") return expr;
    const variable = `w${depth(expr.type)}`;
    const element = orNull(build(expr.type.element, [variable]), writing);
    const result = make(VARCHAR);
    return result`('[' || array_to_string(list_transform(${expr}, lambda ${variable}: ${element}), ',') || ']')`;
  },
  map: (expr, writing) => {
    if (expr.type.kind !== "map") return expr;
    const variable = `w${depth(expr.type)}`;
    const key = writing.cast(build(expr.type.key, [`${variable}.key`]), VARCHAR, false, writing.node);
    const value = orNull(build(expr.type.value, [`${variable}.value`]), writing);
    const result = make(VARCHAR);
    const pairs = result`list_sort(list_transform(map_entries(${expr}), lambda ${variable}: struct_pack(k := ${key}, v := ${value})))`;
    return result`('{' || array_to_string(list_transform(${pairs}, lambda ${variable}: CAST(to_json(${variable}.k) AS VARCHAR) || ':' || ${variable}.v), ',') || '}')`;
  },
  row: (expr, writing) => {
    if (expr.type.kind !== "row") return expr;
    const members = expr.type.fields.map((field, i): Part => {
      if (field.name === undefined)
        return notSupported("CAST to JSON of a row whose fields have no names", writing.node);
      const value = make(field.type)`struct_extract_at(${expr}, ${String(i + 1)})`;
      return make(VARCHAR)`${quoteText(`${JSON.stringify(field.name)}:`)} || ${orNull(value, writing)}`;
    });
    return build(VARCHAR, [
      "CASE WHEN ",
      expr,
      " IS NOT NULL THEN '{' || ",
      ...join(members, " || ',' || "),
      " || '}' END",
    ]);
  },
};

function written(expr: Expr, writing: Writing): Expr {
  const write = writers[expr.type.kind];
  return write
    ? write(expr, writing)
    : fail("TYPE_MISMATCH", `Cannot cast ${typeName(expr.type)} to json`, writing.node);
}

const orNull = (expr: Expr, writing: Writing): Expr =>
  make(VARCHAR)`coalesce(${written(expr, writing)}, 'null')`;
