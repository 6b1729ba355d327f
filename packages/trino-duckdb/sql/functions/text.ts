import { raise } from "../raise";
import { quoteText, typeName } from "../types";
import { arg, type Invocation, scalars } from "./entry";

/** The characters that Trino's trim removes by default: Java's Character.isWhitespace. */
const BLANKS = quoteText(
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000",
);

/** Positions start at 1; negative ones count from the end. Position 0, or one before the start, gives ''. */
function substring(call: Invocation) {
  const [text, start] = [arg(call, 0), arg(call, 1)];
  const count = call.args[2];
  const length = count ? call.result`, greatest(${count}, 0)` : call.result``;
  const taken = call.result`substr(${text}, ${start}${length})`;
  if (typeof start.literal === "number" && start.literal > 0) return taken;
  return call.result`CASE WHEN ${start} = 0 OR -${start} > length(${text}) THEN CASE WHEN ${text} IS NULL${count ? call.result` OR ${count} IS NULL` : ""} THEN NULL ELSE '' END ELSE ${taken} END`;
}

/** Trino maps letter by letter, so ß stays. DuckDB would return SS. */
const upper = (call: Invocation) => {
  const text = arg(call, 0);
  return call.result`CASE WHEN contains(${text}, 'ß') THEN array_to_string(list_transform(string_split(${text}, 'ß'), lambda p: upper(p)), 'ß') ELSE upper(${text}) END`;
};

/** Trino finds an empty search string between all characters; DuckDB does not find it. */
const replaced = (call: Invocation) => {
  const [text, from, to] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const plain = call.result`replace(${text}, ${from}, ${to})`;
  if (typeof from.literal === "string" && from.literal !== "") return plain;
  return call.result`CASE WHEN ${from} = '' THEN ${to} || array_to_string(list_transform(list_filter(string_split(${text}, ''), lambda c: c <> ''), lambda c: c || ${to}), '') ELSE ${plain} END`;
};

function split(call: Invocation) {
  const by = arg(call, 1);
  const limit = call.args[2];
  const pieces = limit
    ? call.result`trino_split(${arg(call, 0)}, ${by}, ${limit})`
    : call.result`string_split(${arg(call, 0)}, ${by})`;
  if (typeof by.literal === "string" && by.literal !== "") return pieces;
  const bad = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "The delimiter may not be the empty string");
  return call.result`CASE WHEN ${by} = '' THEN ${bad} ELSE ${pieces} END`;
}

/** Trino ignores an empty entry at the end; every other entry needs exactly one delimiter. */
function splitToMap(call: Invocation) {
  const [text, entries, delimiter] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const bad = raise(call.type, "INVALID_FUNCTION_ARGUMENT", [
    "Key-value delimiter must appear exactly once in each entry. Bad input: '",
    text,
    "'",
  ]);
  const list = call.result`string_split(CASE WHEN ends_with(${text}, ${entries}) THEN left(${text}, length(${text}) - length(${entries})) ELSE ${text} END, ${entries})`;
  const pieces = call.result`list_transform(${list}, lambda e: string_split(e, ${delimiter}))`;
  const map = call.result`map_from_entries(list_transform(${pieces}, lambda p: struct_pack(k := p[1], v := p[2])))`;
  return call.result`CASE WHEN ${text} IS NULL OR ${entries} IS NULL OR ${delimiter} IS NULL THEN NULL WHEN ${text} = '' THEN MAP {} WHEN list_bool_and(list_transform(${pieces}, lambda p: len(p) = 2)) THEN ${map} ELSE ${bad} END`;
}

const padded = (name: string) => (call: Invocation) => {
  const [text, size, by] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const bad = (message: string) => raise(call.type, "INVALID_FUNCTION_ARGUMENT", message);
  return call.result`CASE WHEN ${size} < 0 THEN ${bad("Target length must be in the range [0..2147483647]")} WHEN ${by} = '' THEN ${bad("Padding string must not be empty")} ELSE ${name}(${text}, CAST(${size} AS INTEGER), ${by}) END`;
};

export const text = scalars([
  { name: "length", takes: ["varchar"], returns: "bigint" },
  { name: "length", takes: ["varbinary"], returns: "bigint", duckdb: "octet_length" },
  { name: "char_length", takes: ["varchar"], returns: "bigint", duckdb: "length" },
  { name: "lower", takes: ["varchar(x)"], returns: "varchar(x)" },
  { name: "upper", takes: ["varchar(x)"], returns: "varchar(x)", sql: upper },
  ...["trim", "ltrim", "rtrim"].flatMap((name) => [
    { name, takes: ["varchar(x)"], returns: "varchar(x)", sql: `${name}($1, ${BLANKS})` },
    { name, takes: ["varchar(x)", "varchar"], returns: "varchar(x)" },
  ]),
  {
    name: ["substr", "substring"],
    takes: ["varchar(x)", "bigint", "bigint?"],
    returns: "varchar(x)",
    sql: substring,
  },
  { name: "replace", takes: ["varchar", "varchar"], returns: "varchar", sql: "replace($1, $2, '')" },
  { name: "replace", takes: ["varchar", "varchar", "varchar"], returns: "varchar", sql: replaced },
  { name: "reverse", takes: ["varchar(x)"], returns: "varchar(x)" },
  { name: "strpos", takes: ["varchar", "varchar"], returns: "bigint" },
  { name: "strpos", takes: ["varchar", "varchar", "bigint"], returns: "bigint", duckdb: "trino_strpos" },
  { name: "split", takes: ["varchar(x)", "varchar"], returns: "array(varchar(x))", sql: split },
  { name: "split", takes: ["varchar(x)", "varchar", "bigint"], returns: "array(varchar(x))", sql: split },
  {
    name: "split_part",
    takes: ["varchar", "varchar", "bigint"],
    returns: "varchar",
    sql: (call) => {
      const [value, by, index] = [arg(call, 0), arg(call, 1), arg(call, 2)];
      const wrong = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "Index must be greater than zero");
      const pieces = call.result`string_split(${value}, ${by})`;
      // An empty delimiter splits between all characters; a text of none has no part (io.trino.operator.scalar.StringFunctions).
      const part =
        typeof by.literal === "string" && by.literal !== ""
          ? call.result`${pieces}[${index}]`
          : call.result`CASE WHEN ${value} <> '' OR ${by} <> '' THEN ${pieces}[${index}] END`;
      if (typeof index.literal === "number" && index.literal > 0) return part;
      return call.result`CASE WHEN ${index} <= 0 AND ${value} IS NOT NULL AND ${by} IS NOT NULL THEN ${wrong} ELSE ${part} END`;
    },
  },
  {
    name: "split_to_map",
    takes: ["varchar", "varchar", "varchar"],
    returns: "map(varchar, varchar)",
    sql: splitToMap,
  },
  { name: "starts_with", takes: ["varchar", "varchar"], returns: "boolean" },
  {
    name: "concat",
    takes: ["varchar", "varchar..."],
    returns: "varchar",
    sql: (call) => call.result`(${call.args.flatMap((part, i) => (i === 0 ? [part] : [" || ", part]))})`,
  },
  { name: "concat_ws", takes: ["varchar", "varchar..."], returns: "varchar" },
  {
    name: "concat_ws",
    takes: ["varchar", "array(varchar)"],
    returns: "varchar",
    sql: "CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE coalesce(array_to_string($2, $1), '') END",
  },
  { name: "lpad", takes: ["varchar", "bigint", "varchar"], returns: "varchar", sql: padded("lpad") },
  { name: "rpad", takes: ["varchar", "bigint", "varchar"], returns: "varchar", sql: padded("rpad") },
  { name: "chr", takes: ["bigint"], returns: "varchar", sql: "chr(CAST($1 AS INTEGER))" },
  { name: "codepoint", takes: ["varchar"], returns: "integer", duckdb: "unicode" },
  { name: "translate", takes: ["varchar", "varchar", "varchar"], returns: "varchar" },
  {
    name: "levenshtein_distance",
    takes: ["varchar", "varchar"],
    returns: "bigint",
    duckdb: "trino_levenshtein",
  },
  { name: "hamming_distance", takes: ["varchar", "varchar"], returns: "bigint", duckdb: "trino_hamming" },
  { name: "normalize", takes: ["varchar"], returns: "varchar", duckdb: "nfc_normalize" },
  { name: "to_utf8", takes: ["varchar"], returns: "varbinary", duckdb: "encode" },
  { name: "from_utf8", takes: ["varbinary"], returns: "varchar", duckdb: "trino_from_utf8" },
  { name: "to_hex", takes: ["varbinary"], returns: "varchar", duckdb: "hex" },
  {
    name: "from_hex",
    takes: ["varchar"],
    returns: "varbinary",
    sql: (call) => {
      const text = arg(call, 0);
      const odd = raise(call.type, "INVALID_FUNCTION_ARGUMENT", ["Base16 input has an odd length: ", text]);
      return call.result`CASE WHEN length(${text}) % 2 = 1 THEN ${odd} ELSE unhex(${text}) END`;
    },
  },
  { name: "to_base64", takes: ["varbinary"], returns: "varchar" },
  {
    name: "to_base64url",
    takes: ["varbinary"],
    returns: "varchar",
    sql: "replace(replace(to_base64($1), '+', '-'), '/', '_')",
  },
  { name: "from_base64", takes: ["varchar"], returns: "varbinary" },
  { name: "md5", takes: ["varbinary"], returns: "varbinary", sql: "unhex(md5($1))" },
  { name: "sha1", takes: ["varbinary"], returns: "varbinary", sql: "unhex(sha1($1))" },
  { name: "sha256", takes: ["varbinary"], returns: "varbinary", sql: "unhex(sha256($1))" },
  { name: "sha512", takes: ["varbinary"], returns: "varbinary", duckdb: "trino_sha512" },
  { name: "crc32", takes: ["varbinary"], returns: "bigint", duckdb: "trino_crc32" },
  { name: "url_encode", takes: ["varchar"], returns: "varchar", duckdb: "trino_url_encode" },
  { name: "url_decode", takes: ["varchar"], returns: "varchar", duckdb: "trino_url_decode" },
  ...["host", "path", "protocol", "query", "fragment"].map((part) => ({
    name: `url_extract_${part}`,
    takes: ["varchar"],
    returns: "varchar",
    sql: `trino_url_part($1, '${part}')`,
  })),
  {
    name: "url_extract_port",
    takes: ["varchar"],
    returns: "bigint",
    sql: "CAST(nullif(trino_url_part($1, 'port'), '') AS BIGINT)",
  },
  {
    name: "url_extract_parameter",
    takes: ["varchar", "varchar"],
    returns: "varchar",
    duckdb: "trino_url_parameter",
  },
  {
    name: "typeof",
    takes: ["T"],
    returns: "varchar",
    sql: (call) => call.result`${quoteText(typeName(arg(call, 0).type))}`,
  },
  { name: "version", takes: [], returns: "varchar", sql: "'3'" },
]);
