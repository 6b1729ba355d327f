import { fail } from "../failure";
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

/** Java's $1 in a replacement is RE2's \1. */
function replacement(call: Invocation): string {
  const literal = arg(call, 2).literal;
  if (typeof literal !== "string")
    return fail(
      "NOT_SUPPORTED",
      "regexp_replace with a replacement that is not a constant is not supported by the embedded cloud",
      call.node,
    );
  const text = literal.replace(/\\(.)|\$(\d)|\$\{(\w+)\}|\\/g, (whole, escaped?: string, group?: string) => {
    if (escaped !== undefined) return escaped === "\\" ? "\\\\" : escaped;
    if (group !== undefined) return `\\${group}`;
    return fail(
      "NOT_SUPPORTED",
      `the replacement '${whole}' of regexp_replace is not supported by the embedded cloud`,
      call.node,
    );
  });
  return `'${text.replaceAll("'", "''")}'`;
}

export const text: readonly FunctionEntry[] = [
  scalar("length(varchar) -> bigint", "length($1)"),
  scalar("length(varbinary) -> bigint", "octet_length($1)"),
  scalar("char_length(varchar) -> bigint", "length($1)"),
  scalar("lower(varchar) -> varchar", "lower($1)"),
  scalar("upper(varchar) -> varchar", "upper($1)"),
  ...["trim", "ltrim", "rtrim"].flatMap((name) => [
    scalar(`${name}(varchar) -> varchar`, `${name}($1, ${BLANKS})`),
    scalar(`${name}(varchar, varchar) -> varchar`, `${name}($1, $2)`),
  ]),
  ...["substr", "substring"].flatMap((name) => [
    scalar(`${name}(varchar, bigint) -> varchar`, substring),
    scalar(`${name}(varchar, bigint, bigint) -> varchar`, substring),
  ]),
  scalar("replace(varchar, varchar) -> varchar", "replace($1, $2, '')"),
  scalar("replace(varchar, varchar, varchar) -> varchar", "replace($1, $2, $3)"),
  scalar("reverse(varchar) -> varchar", "reverse($1)"),
  scalar("strpos(varchar, varchar) -> bigint", "strpos($1, $2)"),
  scalar("split(varchar, varchar) -> array(varchar)", "string_split($1, $2)"),
  scalar("split(varchar, varchar, bigint) -> array(varchar)", "trino_split($1, $2, CAST($3 AS INTEGER))"),
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
  scalar("lpad(varchar, bigint, varchar) -> varchar", "lpad($1, CAST($2 AS INTEGER), $3)"),
  scalar("rpad(varchar, bigint, varchar) -> varchar", "rpad($1, CAST($2 AS INTEGER), $3)"),
  scalar("chr(bigint) -> varchar", "chr(CAST($1 AS INTEGER))"),
  scalar("codepoint(varchar) -> integer", "unicode($1)"),
  scalar("translate(varchar, varchar, varchar) -> varchar", "translate($1, $2, $3)"),
  scalar("levenshtein_distance(varchar, varchar) -> bigint", "levenshtein($1, $2)"),
  scalar("hamming_distance(varchar, varchar) -> bigint", "hamming($1, $2)"),
  scalar("normalize(varchar) -> varchar", "nfc_normalize($1)"),
  scalar("to_utf8(varchar) -> varbinary", "encode($1)"),
  scalar("from_utf8(varbinary) -> varchar", "decode($1)"),
  scalar("to_hex(varbinary) -> varchar", "hex($1)"),
  scalar("from_hex(varchar) -> varbinary", "unhex($1)"),
  scalar("to_base64(varbinary) -> varchar", "to_base64($1)"),
  scalar("from_base64(varchar) -> varbinary", "from_base64($1)"),
  scalar("md5(varbinary) -> varbinary", "unhex(md5($1))"),
  scalar("sha1(varbinary) -> varbinary", "unhex(sha1($1))"),
  scalar("sha256(varbinary) -> varbinary", "unhex(sha256($1))"),
  scalar("sha512(varbinary) -> varbinary", "trino_sha512($1)"),
  scalar("crc32(varbinary) -> bigint", "trino_crc32($1)"),
  scalar("regexp_like(varchar, varchar) -> boolean", "regexp_matches($1, $2)"),
  scalar(
    "regexp_extract(varchar, varchar) -> varchar",
    "CASE WHEN regexp_matches($1, $2) THEN regexp_extract($1, $2) END",
  ),
  scalar("regexp_extract(varchar, varchar, bigint) -> varchar", (call) => {
    const [value, pattern, number] = [arg(call, 0), arg(call, 1), group(call)];
    const found = sql(call)`regexp_extract(${value}, ${pattern}, ${number})`;
    return sql(
      call,
    )`CASE WHEN regexp_matches(${value}, ${pattern}) THEN CASE WHEN ${found} = '' THEN trino_regexp_groups(${value}, ${pattern}, ${number})[1] ELSE ${found} END END`;
  }),
  scalar("regexp_extract_all(varchar, varchar) -> array(varchar)", "regexp_extract_all($1, $2)"),
  scalar("regexp_extract_all(varchar, varchar, bigint) -> array(varchar)", (call) => {
    const [value, pattern, number] = [arg(call, 0), arg(call, 1), group(call)];
    const found = sql(call)`regexp_extract_all(${value}, ${pattern}, ${number})`;
    return sql(
      call,
    )`CASE WHEN list_contains(${found}, '') THEN trino_regexp_groups(${value}, ${pattern}, ${number}) ELSE ${found} END`;
  }),
  scalar("regexp_count(varchar, varchar) -> bigint", "len(regexp_extract_all($1, $2))"),
  scalar("regexp_replace(varchar, varchar) -> varchar", "regexp_replace($1, $2, '', 'g')"),
  scalar(
    "regexp_replace(varchar, varchar, varchar) -> varchar",
    (call) => sql(call)`regexp_replace(${arg(call, 0)}, ${arg(call, 1)}, ${replacement(call)}, 'g')`,
  ),
  scalar("regexp_split(varchar, varchar) -> array(varchar)", "regexp_split_to_array($1, $2)"),
  scalar("url_encode(varchar) -> varchar", "trino_url_encode($1)"),
  scalar("url_decode(varchar) -> varchar", "trino_url_decode($1)"),
  ...["host", "path", "protocol", "query", "fragment"].map((part) =>
    scalar(`url_extract_${part}(varchar) -> varchar`, `trino_url_part($1, '${part}')`),
  ),
  scalar("url_extract_port(varchar) -> bigint", "CAST(nullif(trino_url_part($1, 'port'), '') AS BIGINT)"),
  scalar("url_extract_parameter(varchar, varchar) -> varchar", "trino_url_parameter($1, $2)"),
];

/** RE2's group number has to be a constant. */
function group(call: Invocation): string {
  const literal = arg(call, 2).literal;
  if (typeof literal === "number") return String(literal);
  return fail(
    "NOT_SUPPORTED",
    "a regular expression group that is not a constant is not supported by the embedded cloud",
    call.node,
  );
}
