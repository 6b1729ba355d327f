import { type Expr, make } from "../expr";
import { fail } from "../failure";
import { raise } from "../raise";
import { BOOLEAN, JSON_TYPE, quoteText, VARCHAR } from "../types";
import { arg, type Invocation, scalars } from "./entry";
import { constant } from "./time";

interface Path {
  /** DuckDB's notation: $."a"[0]. */
  readonly duck: string;
  /** As JSON: ["a", 0]. */
  readonly steps: string;
}

/** Parses a JSON path of members and array positions. */
function path(call: Invocation): Path {
  const source = constant(arg(call, 1), "a JSON path", call.node);
  let rest = source.startsWith("$") ? source.slice(1) : `.${source}`;
  const steps: (string | number)[] = [];
  while (rest !== "") {
    const step = /^(?:\.([\w@-]+)|\[(\d+)\]|\[(?:"([^"]*)"|'([^']*)')\]|\."([^"]*)")/.exec(rest);
    // Trino has neither wildcards nor filters here.
    if (!step) return fail("INVALID_FUNCTION_ARGUMENT", `Invalid JSON path: '${source}'`, call.node);
    const member = step[1] ?? step[3] ?? step[4] ?? step[5];
    steps.push(member ?? Number(step[2]));
    rest = rest.slice(step[0].length);
  }
  const duck = steps.map((step) => (typeof step === "number" ? `[${step}]` : `."${step}"`));
  return { duck: quoteText(`$${duck.join("")}`), steps: quoteText(JSON.stringify(steps)) };
}

/** The document. A text that is not JSON gives NULL. */
const document = (call: Invocation): Expr => {
  const value = arg(call, 0);
  return value.type.kind === "json"
    ? value
    : make(JSON_TYPE)`CASE WHEN json_valid(${value}) THEN CAST(${value} AS JSON) END`;
};

/**
 * Whether a document has numbers that DuckDB would write differently from Trino: fractions, exponents, and numbers
 * beyond 64 bits. Such documents are read by functions that keep the digits.
 */
const hasInexactNumbers = (value: Expr): Expr =>
  make(BOOLEAN)`regexp_matches(CAST(${value} AS VARCHAR), '[0-9][.eE]|[0-9]{19}')`;

const extract = (call: Invocation): Expr => {
  const [value, { duck, steps }] = [document(call), path(call)];
  return call.result`CASE WHEN ${hasInexactNumbers(arg(call, 0))} THEN CAST(trino_json_at(CAST(${value} AS VARCHAR), ${steps}) AS JSON) ELSE json_extract(${value}, ${duck}) END`;
};

/** NULL for objects and arrays. */
const extractScalar = (call: Invocation): Expr => {
  const [value, { duck, steps }] = [document(call), path(call)];
  return call.result`CASE WHEN ${hasInexactNumbers(arg(call, 0))} THEN trino_json_scalar_at(CAST(${value} AS VARCHAR), ${steps}) WHEN json_type(${value}, ${duck}) IN ('OBJECT', 'ARRAY') THEN NULL ELSE json_extract_string(${value}, ${duck}) END`;
};

/** Declares a function for json and for varchar. */
const jsonOrText = (
  name: string,
  others: readonly string[],
  returns: string,
  compile: (call: Invocation) => Expr,
) => ["json", "varchar"].map((document) => ({ name, takes: [document, ...others], returns, sql: compile }));

export const json = scalars([
  ...jsonOrText("json_extract", ["varchar"], "json", extract),
  ...jsonOrText("json_extract_scalar", ["varchar"], "varchar", extractScalar),
  ...jsonOrText("json_array_length", [], "bigint", (call) => {
    const value = document(call);
    return call.result`CASE WHEN json_type(${value}) = 'ARRAY' THEN CAST(json_array_length(${value}) AS BIGINT) END`;
  }),
  // Trino's documentation calls this function broken: a string comes without quotes, although that is not JSON.
  ...jsonOrText("json_array_get", ["bigint"], "json", (call) => {
    const item = make(JSON_TYPE)`(${document(call)} -> ${arg(call, 1)})`;
    return call.result`CASE json_type(${item}) WHEN 'NULL' THEN NULL WHEN 'VARCHAR' THEN json_extract_string(${item}, '$') ELSE CAST(${item} AS VARCHAR) END`;
  }),
  ...jsonOrText("json_size", ["varchar"], "bigint", (call) => {
    const at = make(JSON_TYPE)`json_extract(${document(call)}, ${path(call).duck})`;
    return call.result`CASE json_type(${at}) WHEN 'ARRAY' THEN CAST(json_array_length(${at}) AS BIGINT) WHEN 'OBJECT' THEN len(json_keys(${at})) ELSE CASE WHEN ${at} IS NULL THEN NULL ELSE CAST(0 AS BIGINT) END END`;
  }),
  ...jsonOrText("is_json_scalar", [], "boolean", (call) => {
    const value = arg(call, 0);
    const scalar = call.result`(json_type(${document(call)}) NOT IN ('OBJECT', 'ARRAY'))`;
    if (value.type.kind === "json") return scalar;
    const bad = raise(call.type, "INVALID_FUNCTION_ARGUMENT", ["Invalid JSON value: ", value]);
    return call.result`CASE WHEN NOT json_valid(${value}) THEN ${bad} ELSE ${scalar} END`;
  }),
  ...["bigint", "double", "boolean", "varchar"].flatMap((type) =>
    jsonOrText("json_array_contains", [type], "boolean", (call) => {
      const wanted = make(VARCHAR)`CAST(to_json(${arg(call, 1)}) AS VARCHAR)`;
      const value = document(call);
      return call.result`CASE WHEN json_type(${value}) = 'ARRAY' THEN list_contains(trino_json_items(CAST(${value} AS VARCHAR)), ${wanted}) END`;
    }),
  ),
  { name: "json_parse", takes: ["varchar"], returns: "json", sql: "CAST(trino_json($1) AS JSON)" },
  { name: "json_format", takes: ["json"], returns: "varchar", sql: "CAST($1 AS VARCHAR)" },
]);
