import { type Expr, make } from "../expr";
import { fail, notSupported } from "../failure";
import { JSON_TYPE, quoteText } from "../types";
import { arg, type FunctionEntry, type Invocation, scalar, sql } from "./entry";
import { constant } from "./time";

/** A path of members and positions, in DuckDB's writing: $."a"[0]. */
function path(call: Invocation): string {
  const source = constant(arg(call, 1), "a JSON path", call.node);
  let rest = source.startsWith("$") ? source.slice(1) : `.${source}`;
  let result = "$";
  while (rest !== "") {
    const step = /^(?:\.([\w@-]+)|\[(\d+)\]|\[(?:"([^"]*)"|'([^']*)')\]|\."([^"]*)")/.exec(rest);
    if (!step)
      return /[*?]|\.\./.test(rest)
        ? notSupported(`the JSON path '${source}'`, call.node)
        : fail("INVALID_FUNCTION_ARGUMENT", `Invalid JSON path: '${source}'`, call.node);
    const member = step[1] ?? step[3] ?? step[4] ?? step[5];
    result += member === undefined ? `[${step[2]}]` : `."${member}"`;
    rest = rest.slice(step[0].length);
  }
  return quoteText(result);
}

/** Text that is no JSON gives NULL, not a failure. */
const document = (call: Invocation): Expr => {
  const value = arg(call, 0);
  return value.type.kind === "json"
    ? value
    : make(JSON_TYPE)`CASE WHEN json_valid(${value}) THEN CAST(${value} AS JSON) END`;
};

const extract = (call: Invocation): Expr => sql(call)`json_extract(${document(call)}, ${path(call)})`;

/** Only numbers, texts and booleans are scalars. */
const extractScalar = (call: Invocation): Expr => {
  const [value, at] = [document(call), path(call)];
  return sql(
    call,
  )`CASE WHEN json_type(${value}, ${at}) IN ('OBJECT', 'ARRAY') THEN NULL ELSE json_extract_string(${value}, ${at}) END`;
};

const both = (name: string, rest: string, write: string | ((call: Invocation) => Expr)): FunctionEntry[] => [
  scalar(`${name}(json${rest}`, write),
  scalar(`${name}(varchar${rest}`, write),
];

export const json: readonly FunctionEntry[] = [
  ...both("json_extract", ", varchar) -> json", extract),
  ...both("json_extract_scalar", ", varchar) -> varchar", extractScalar),
  ...both("json_array_length", ") -> bigint", (call) => {
    const value = document(call);
    return sql(
      call,
    )`CASE WHEN json_type(${value}) = 'ARRAY' THEN CAST(json_array_length(${value}) AS BIGINT) END`;
  }),
  ...both("json_array_get", ", bigint) -> json", (call) => sql(call)`(${document(call)} -> ${arg(call, 1)})`),
  ...both("json_size", ", varchar) -> bigint", (call) => {
    const at = sql(call, JSON_TYPE)`json_extract(${document(call)}, ${path(call)})`;
    return sql(
      call,
    )`CASE json_type(${at}) WHEN 'ARRAY' THEN CAST(json_array_length(${at}) AS BIGINT) WHEN 'OBJECT' THEN len(json_keys(${at})) ELSE CASE WHEN ${at} IS NULL THEN NULL ELSE CAST(0 AS BIGINT) END END`;
  }),
  ...both(
    "is_json_scalar",
    ") -> boolean",
    (call) => sql(call)`(json_type(${document(call)}) NOT IN ('OBJECT', 'ARRAY'))`,
  ),
  scalar("json_parse(varchar) -> json", "CAST(trino_json($1) AS JSON)"),
  scalar("json_format(json) -> varchar", "CAST(json($1) AS VARCHAR)"),
];
