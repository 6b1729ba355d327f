import { raise } from "../raise";
import { arg, type FunctionEntry, type Invocation, scalar, sql } from "./entry";

/** What Trino's trim removes. */
const BLANKS = "concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13))";

/** Trino counts from 1, from the end when negative, and has nothing at 0 or before the beginning. */
function substring(call: Invocation) {
  const [text, start] = [arg(call, 0), arg(call, 1)];
  const count = call.args[2];
  const length = count ? sql(call)`, greatest(${count}, 0)` : sql(call)``;
  const taken = sql(call)`substr(${text}, ${start}${length})`;
  if (typeof start.literal === "number" && start.literal > 0) return taken;
  return sql(
    call,
  )`CASE WHEN ${start} = 0 OR -${start} > length(${text}) THEN CASE WHEN ${text} IS NULL${count ? sql(call)` OR ${count} IS NULL` : ""} THEN NULL ELSE '' END ELSE ${taken} END`;
}

/** Letter by letter: the German ß, which has no capital of its own, stays. */
const upper = (call: Invocation) => {
  const text = arg(call, 0);
  return sql(
    call,
  )`CASE WHEN contains(${text}, 'ß') THEN array_to_string(list_transform(string_split(${text}, 'ß'), lambda p: upper(p)), 'ß') ELSE upper(${text}) END`;
};

/** Nothing is found between all characters. */
const replaced = (call: Invocation) => {
  const [text, from, to] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const plain = sql(call)`replace(${text}, ${from}, ${to})`;
  if (typeof from.literal === "string" && from.literal !== "") return plain;
  return sql(
    call,
  )`CASE WHEN ${from} = '' THEN ${to} || array_to_string(list_transform(list_filter(string_split(${text}, ''), lambda c: c <> ''), lambda c: c || ${to}), '') ELSE ${plain} END`;
};

function split(call: Invocation) {
  const by = arg(call, 1);
  const limit = call.args[2];
  const pieces = limit
    ? sql(call)`trino_split(${arg(call, 0)}, ${by}, ${limit})`
    : sql(call)`string_split(${arg(call, 0)}, ${by})`;
  if (typeof by.literal === "string" && by.literal !== "") return pieces;
  const bad = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "The delimiter may not be the empty string");
  return sql(call)`CASE WHEN ${by} = '' THEN ${bad} ELSE ${pieces} END`;
}

const padded = (name: string) => (call: Invocation) => {
  const [text, size, by] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const bad = (message: string) => raise(call.type, "INVALID_FUNCTION_ARGUMENT", message);
  return sql(
    call,
  )`CASE WHEN ${size} < 0 THEN ${bad("Target length must be in the range [0..2147483647]")} WHEN ${by} = '' THEN ${bad("Padding string must not be empty")} ELSE ${name}(${text}, CAST(${size} AS INTEGER), ${by}) END`;
};

export const text: readonly FunctionEntry[] = [
  scalar("length(varchar) -> bigint", "length($1)"),
  scalar("length(varbinary) -> bigint", "octet_length($1)"),
  scalar("char_length(varchar) -> bigint", "length($1)"),
  scalar("lower(L) -> L", "lower($1)"),
  scalar("upper(L) -> L", upper),
  ...["trim", "ltrim", "rtrim"].flatMap((name) => [
    scalar(`${name}(L) -> L`, `${name}($1, ${BLANKS})`),
    scalar(`${name}(L, varchar) -> L`, `${name}($1, $2)`),
  ]),
  ...["substr", "substring"].flatMap((name) => [
    scalar(`${name}(L, bigint) -> L`, substring),
    scalar(`${name}(L, bigint, bigint) -> L`, substring),
  ]),
  scalar("replace(varchar, varchar) -> varchar", "replace($1, $2, '')"),
  scalar("replace(varchar, varchar, varchar) -> varchar", replaced),
  scalar("reverse(L) -> L", "reverse($1)"),
  scalar("strpos(varchar, varchar) -> bigint", "strpos($1, $2)"),
  scalar("strpos(varchar, varchar, bigint) -> bigint", "trino_strpos($1, $2, $3)"),
  scalar("split(L, varchar) -> array(L)", split),
  scalar("split(L, varchar, bigint) -> array(L)", split),
  scalar("split_part(varchar, varchar, bigint) -> varchar", (call) => {
    const [value, by, index] = [arg(call, 0), arg(call, 1), arg(call, 2)];
    const wrong = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "Index must be greater than zero");
    const part = sql(call)`string_split(${value}, ${by})[${index}]`;
    if (typeof index.literal === "number" && index.literal > 0) return part;
    return sql(
      call,
    )`CASE WHEN ${index} <= 0 AND ${value} IS NOT NULL AND ${by} IS NOT NULL THEN ${wrong} ELSE ${part} END`;
  }),
  scalar(
    "split_to_map(varchar, varchar, varchar) -> map(varchar, varchar)",
    "map_from_entries(list_transform(string_split($1, $2), lambda e: struct_pack(k := string_split(e, $3)[1], v := string_split(e, $3)[2])))",
  ),
  scalar("starts_with(varchar, varchar) -> boolean", "starts_with($1, $2)"),
  scalar(
    "concat(varchar, varchar...) -> varchar",
    (call) => sql(call)`(${call.args.flatMap((part, i) => (i === 0 ? [part] : [" || ", part]))})`,
  ),
  scalar("concat_ws(varchar, varchar...) -> varchar", "concat_ws($*)"),
  scalar("concat_ws(varchar, array(varchar)) -> varchar", "array_to_string($2, $1)"),
  scalar("lpad(varchar, bigint, varchar) -> varchar", padded("lpad")),
  scalar("rpad(varchar, bigint, varchar) -> varchar", padded("rpad")),
  scalar("chr(bigint) -> varchar", "chr(CAST($1 AS INTEGER))"),
  scalar("codepoint(varchar) -> integer", "unicode($1)"),
  scalar("translate(varchar, varchar, varchar) -> varchar", "translate($1, $2, $3)"),
  scalar("levenshtein_distance(varchar, varchar) -> bigint", "levenshtein($1, $2)"),
  scalar("hamming_distance(varchar, varchar) -> bigint", "hamming($1, $2)"),
  scalar("normalize(varchar) -> varchar", "nfc_normalize($1)"),
  scalar("to_utf8(varchar) -> varbinary", "encode($1)"),
  scalar("from_utf8(varbinary) -> varchar", "trino_from_utf8($1)"),
  scalar("to_hex(varbinary) -> varchar", "hex($1)"),
  scalar("from_hex(varchar) -> varbinary", "unhex($1)"),
  scalar("to_base64(varbinary) -> varchar", "to_base64($1)"),
  scalar("to_base64url(varbinary) -> varchar", "replace(replace(to_base64($1), '+', '-'), '/', '_')"),
  scalar("from_base64(varchar) -> varbinary", "from_base64($1)"),
  scalar("md5(varbinary) -> varbinary", "unhex(md5($1))"),
  scalar("sha1(varbinary) -> varbinary", "unhex(sha1($1))"),
  scalar("sha256(varbinary) -> varbinary", "unhex(sha256($1))"),
  scalar("sha512(varbinary) -> varbinary", "trino_sha512($1)"),
  scalar("crc32(varbinary) -> bigint", "trino_crc32($1)"),
  scalar("url_encode(varchar) -> varchar", "trino_url_encode($1)"),
  scalar("url_decode(varchar) -> varchar", "trino_url_decode($1)"),
  ...["host", "path", "protocol", "query", "fragment"].map((part) =>
    scalar(`url_extract_${part}(varchar) -> varchar`, `trino_url_part($1, '${part}')`),
  ),
  scalar("url_extract_port(varchar) -> bigint", "CAST(nullif(trino_url_part($1, 'port'), '') AS BIGINT)"),
  scalar("url_extract_parameter(varchar, varchar) -> varchar", "trino_url_parameter($1, $2)"),
];
