import { concatenateChars, padded } from "../casts/char";
import { make } from "../expr";
import { fail } from "../failure";
import { ofMilliseconds } from "../intervals";
import { raise } from "../raise";
import { BIGINT, decimal, quoteText, typeName, VARCHAR } from "../types";
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
  return call.result`CASE WHEN ${start} = 0 OR abs(CAST(${start} AS HUGEINT)) > length(${text}) THEN CASE WHEN ${text} IS NULL${count ? call.result` OR ${count} IS NULL` : ""} THEN NULL ELSE '' END ELSE ${taken} END`;
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

function splitToMultimap(call: Invocation) {
  const [text, entries, delimiter] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const bad = raise(call.type, "INVALID_FUNCTION_ARGUMENT", [
    "Key-value delimiter must appear exactly once in each entry. Bad input: '",
    text,
    "'",
  ]);
  const list = call.result`string_split(CASE WHEN ends_with(${text}, ${entries}) THEN left(${text}, length(${text}) - length(${entries})) ELSE ${text} END, ${entries})`;
  const pieces = call.result`list_transform(${list}, lambda e: string_split(e, ${delimiter}))`;
  const map = call.result`multimap_of(list_transform(${pieces}, lambda p: struct_pack(k := p[1], v := p[2])))`;
  return call.result`CASE WHEN ${text} IS NULL OR ${entries} IS NULL OR ${delimiter} IS NULL THEN NULL WHEN ${text} = '' THEN MAP {} WHEN list_bool_and(list_transform(${pieces}, lambda p: len(p) = 2)) THEN ${map} ELSE ${bad} END`;
}

/** Functions of a char(n) as a varchar with all its blanks. */
const withBlanks = (call: Invocation): Invocation => ({
  ...call,
  args: call.args.map((one, i) => (i === 0 ? padded(one) : one)),
});

const filled = (name: string) => (call: Invocation) => {
  const [text, size, by] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const bad = (message: string) => raise(call.type, "INVALID_FUNCTION_ARGUMENT", message);
  return call.result`CASE WHEN ${text} IS NULL OR ${size} IS NULL OR ${by} IS NULL THEN NULL WHEN ${size} < 0 OR ${size} > 2147483647 THEN ${bad("Target length must be in the range [0..2147483647]")} WHEN ${by} = '' THEN ${bad("Padding string must not be empty")} ELSE ${name}(${text}, CAST(${size} AS INTEGER), ${by}) END`;
};

export const text = scalars([
  { name: "length", takes: ["varchar"], returns: "bigint" },
  {
    name: "length",
    takes: ["char(x)"],
    returns: "bigint",
    sql: (call) => {
      const value = arg(call, 0);
      const length = value.type.kind === "char" ? value.type.length : 0;
      return call.result`CASE WHEN ${value} IS NOT NULL THEN CAST(${String(length)} AS BIGINT) END`;
    },
  },
  { name: "length", takes: ["varbinary"], returns: "bigint", duckdb: "octet_length" },
  { name: "lower", takes: ["varchar(x)"], returns: "varchar(x)" },
  { name: "lower", takes: ["char(x)"], returns: "char(x)" },
  { name: "upper", takes: ["char(x)"], returns: "char(x)", sql: upper },
  { name: "upper", takes: ["varchar(x)"], returns: "varchar(x)", sql: upper },
  ...["trim", "ltrim", "rtrim"].flatMap((name) => [
    { name, takes: ["varchar(x)"], returns: "varchar(x)", sql: `${name}($1, ${BLANKS})` },
    { name, takes: ["varchar(x)", "varchar"], returns: "varchar(x)" },
    { name, takes: ["char(x)"], returns: "varchar", sql: `${name}($1, ${BLANKS})` },
    { name, takes: ["char(x)", "varchar"], returns: "varchar" },
  ]),
  {
    name: ["substr", "substring"],
    takes: ["varchar(x)", "bigint", "bigint?"],
    returns: "varchar(x)",
    sql: substring,
  },
  {
    name: ["substr", "substring"],
    takes: ["char(x)", "bigint", "bigint?"],
    returns: "varchar",
    sql: (call) => substring(withBlanks(call)),
  },
  {
    name: ["substr", "substring"],
    takes: ["varbinary", "bigint"],
    returns: "varbinary",
    sql: "trino_binary_slice($1, $2, CAST(2147483647 AS BIGINT))",
  },
  {
    name: ["substr", "substring"],
    takes: ["varbinary", "bigint", "bigint"],
    returns: "varbinary",
    duckdb: "trino_binary_slice",
  },
  { name: "replace", takes: ["varchar", "varchar"], returns: "varchar", sql: "replace($1, $2, '')" },
  { name: "replace", takes: ["varchar", "varchar", "varchar"], returns: "varchar", sql: replaced },
  { name: "reverse", takes: ["varchar(x)"], returns: "varchar(x)" },
  {
    name: "reverse",
    takes: ["char(x)"],
    returns: "char(x)",
    sql: (call) => call.result`rtrim(reverse(${padded(arg(call, 0))}), ' ')`,
  },
  { name: "reverse", takes: ["varbinary"], returns: "varbinary", duckdb: "trino_binary_reverse" },
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
  {
    name: "split_to_multimap",
    takes: ["varchar", "varchar", "varchar"],
    returns: "map(varchar, array(varchar))",
    sql: splitToMultimap,
  },
  { name: "starts_with", takes: ["varchar", "varchar"], returns: "boolean" },
  {
    name: "concat",
    takes: ["varchar", "varchar..."],
    returns: "varchar",
    sql: (call) => call.result`(${call.args.flatMap((part, i) => (i === 0 ? [part] : [" || ", part]))})`,
  },
  {
    name: "concat",
    takes: ["varbinary", "varbinary..."],
    returns: "varbinary",
    sql: (call) => call.result`(${call.args.flatMap((part, i) => (i === 0 ? [part] : [" || ", part]))})`,
  },
  ...[
    ["char(x)", "char(y)"],
    ["char(x)", "varchar(x)"],
    ["varchar(x)", "char(x)"],
  ].map((takes) => ({
    name: "concat",
    takes,
    returns: "varchar",
    sql: (call: Invocation) => concatenateChars(arg(call, 0), arg(call, 1), call.node),
  })),
  { name: "concat_ws", takes: ["varchar", "varchar..."], returns: "varchar" },
  {
    name: "concat_ws",
    takes: ["varchar", "array(varchar)"],
    returns: "varchar",
    sql: "CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE coalesce(array_to_string($2, $1), '') END",
  },
  { name: "lpad", takes: ["varchar", "bigint", "varchar"], returns: "varchar", sql: filled("lpad") },
  {
    name: "lpad",
    takes: ["char(x)", "bigint", "varchar"],
    returns: "varchar",
    sql: (call) => filled("lpad")(withBlanks(call)),
  },
  { name: "rpad", takes: ["varchar", "bigint", "varchar"], returns: "varchar", sql: filled("rpad") },
  ...["left", "right"].map((side) => ({
    name: side === "left" ? "lpad" : "rpad",
    takes: ["varbinary", "bigint", "varbinary"],
    returns: "varbinary",
    sql: `trino_binary_pad($1, $2, $3, '${side}')`,
  })),
  { name: "chr", takes: ["bigint"], returns: "varchar", sql: "chr(CAST($1 AS INTEGER))" },
  {
    name: "codepoint",
    takes: ["varchar(x)"],
    returns: "integer",
    sql: (call) => {
      const { type } = arg(call, 0);
      if (type.kind === "varchar" && type.length !== undefined && type.length > 1)
        fail(
          "FUNCTION_NOT_FOUND",
          `Unexpected parameters (${typeName(type)}) for function codepoint. Expected: codepoint(varchar(1))`,
          call.node,
        );
      return call.result`unicode(${arg(call, 0)})`;
    },
  },
  { name: "translate", takes: ["varchar", "varchar", "varchar"], returns: "varchar" },
  {
    name: "levenshtein_distance",
    takes: ["varchar", "varchar"],
    returns: "bigint",
    duckdb: "trino_levenshtein",
  },
  { name: "hamming_distance", takes: ["varchar", "varchar"], returns: "bigint", duckdb: "trino_hamming" },
  { name: "normalize", takes: ["varchar"], returns: "varchar", duckdb: "nfc_normalize" },
  { name: "normalize", takes: ["varchar", "varchar"], returns: "varchar", duckdb: "trino_normalize" },
  { name: "to_utf8", takes: ["varchar"], returns: "varbinary", duckdb: "encode" },
  {
    name: "to_utf8",
    takes: ["char(x)"],
    returns: "varbinary",
    sql: (call) => call.result`encode(${padded(arg(call, 0))})`,
  },
  { name: "from_utf8", takes: ["varbinary"], returns: "varchar", duckdb: "trino_from_utf8" },
  { name: "from_utf8", takes: ["varbinary", "varchar"], returns: "varchar", duckdb: "trino_from_utf8_with" },
  {
    name: "from_utf8",
    takes: ["varbinary", "bigint"],
    returns: "varchar",
    sql: "trino_from_utf8_with($1, chr(CAST($2 AS INTEGER)))",
  },
  { name: "to_hex", takes: ["varbinary"], returns: "varchar", duckdb: "hex" },
  ...["varchar", "varbinary"].map((type) => ({
    name: "from_hex",
    takes: [type],
    returns: "varbinary",
    sql: (call: Invocation) => {
      const text = type === "varchar" ? arg(call, 0) : make(VARCHAR)`decode(${arg(call, 0)})`;
      const odd = raise(call.type, "INVALID_FUNCTION_ARGUMENT", ["Base16 input has an odd length: ", text]);
      return call.result`CASE WHEN length(${text}) % 2 = 1 THEN ${odd} ELSE unhex(${text}) END`;
    },
  })),
  { name: "to_base64", takes: ["varbinary"], returns: "varchar" },
  {
    name: "to_base64url",
    takes: ["varbinary"],
    returns: "varchar",
    sql: "replace(replace(to_base64($1), '+', '-'), '/', '_')",
  },
  { name: "to_base32", takes: ["varbinary"], returns: "varchar", duckdb: "trino_to_base32" },
  ...["base32", "base64", "base64url"].flatMap((base) => [
    { name: `from_${base}`, takes: ["varchar"], returns: "varbinary", sql: `trino_from_${base}($1)` },
    {
      name: `from_${base}`,
      takes: ["varbinary"],
      returns: "varbinary",
      sql: `trino_from_${base}(trino_from_utf8($1))`,
    },
  ]),
  { name: "xxhash64", takes: ["varbinary"], returns: "varbinary", duckdb: "trino_xxhash64" },
  { name: "murmur3", takes: ["varbinary"], returns: "varbinary", duckdb: "trino_murmur3" },
  ...["md5", "sha1", "sha256", "sha512"].map((hash) => ({
    name: `hmac_${hash}`,
    takes: ["varbinary", "varbinary"],
    returns: "varbinary",
    sql: `trino_hmac_${hash}($1, $2)`,
  })),
  {
    name: "from_big_endian_32",
    takes: ["varbinary"],
    returns: "integer",
    duckdb: "trino_from_big_endian_32",
  },
  { name: "from_big_endian_64", takes: ["varbinary"], returns: "bigint", duckdb: "trino_from_big_endian_64" },
  { name: "to_big_endian_32", takes: ["integer"], returns: "varbinary", duckdb: "trino_to_big_endian_32" },
  { name: "to_big_endian_64", takes: ["bigint"], returns: "varbinary", duckdb: "trino_to_big_endian_64" },
  {
    name: "from_ieee754_32",
    takes: ["varbinary"],
    returns: "real",
    sql: "CAST(trino_from_ieee754_32($1) AS FLOAT)",
  },
  { name: "from_ieee754_64", takes: ["varbinary"], returns: "double", duckdb: "trino_from_ieee754_64" },
  {
    name: "to_ieee754_32",
    takes: ["real"],
    returns: "varbinary",
    sql: "trino_to_ieee754_32(CAST($1 AS DOUBLE))",
  },
  { name: "to_ieee754_64", takes: ["double"], returns: "varbinary", duckdb: "trino_to_ieee754_64" },
  { name: "luhn_check", takes: ["varchar"], returns: "boolean", duckdb: "trino_luhn_check" },
  { name: "soundex", takes: ["varchar"], returns: "varchar", duckdb: "trino_soundex" },
  {
    name: "format_number",
    takes: ["bigint"],
    returns: "varchar",
    sql: "trino_human_number(CAST($1 AS DOUBLE))",
  },
  { name: "format_number", takes: ["double"], returns: "varchar", duckdb: "trino_human_number" },
  { name: "human_readable_seconds", takes: ["double"], returns: "varchar", duckdb: "trino_readable_seconds" },
  {
    name: "parse_data_size",
    takes: ["varchar"],
    returns: "varchar",
    sql: (call) => make(decimal(38, 0))`CAST(trino_data_size(${arg(call, 0)}) AS DECIMAL(38,0))`,
  },
  {
    name: "parse_duration",
    takes: ["varchar"],
    returns: "interval day to second",
    sql: (call) => ofMilliseconds(make(BIGINT)`trino_duration(${arg(call, 0)})`),
  },
  {
    name: "contains",
    takes: ["varchar", "ipaddress"],
    returns: "boolean",
    duckdb: "trino_ip_within",
  },
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
