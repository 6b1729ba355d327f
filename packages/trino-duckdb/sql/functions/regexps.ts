import { type Expr, make } from "../expr";
import { fail, notSupported } from "../failure";
import { raise } from "../raise";
import { BOOLEAN, quoteText } from "../types";
import { arg, type Invocation, scalars } from "./entry";
import { groupsIn, mayReferToNothing, needsBacktracking, toRe2 } from "./patterns";

/**
 * Trino matches with Joni, DuckDB with RE2. A constant pattern is translated; `backtrack` writes one with lookaround or
 * back-references, which V8 matches. The query fails on texts for which the results may still differ.
 */
const withRe2 =
  (
    write: (call: Invocation, pattern: Expr) => Expr,
    backtrack: (call: Invocation, text: Expr, pattern: Expr) => Expr,
  ) =>
  (call: Invocation): Expr => {
    const [text, given] = [arg(call, 0), arg(call, 1)];
    const source = typeof given.literal === "string" ? given.literal : undefined;
    const backtracks = source !== undefined && needsBacktracking(source);
    if (backtracks && mayReferToNothing(source))
      return notSupported("a back-reference in a pattern with alternatives or optional groups", call.node);
    const re2 = source === undefined || backtracks ? undefined : toRe2(source);
    const pattern = re2 ? { ...make(given.type)`${quoteText(re2.pattern)}`, literal: re2.pattern } : given;
    const found = backtracks ? backtrack(call, text, given) : write(call, pattern);
    const unsupported = [
      ...(backtracks || (re2 && !re2.posix) ? [] : [isNonAscii(text, given, re2 === undefined)]),
      ...(source === undefined || source.includes("$") ? [endsWithLineFeed(text, given)] : []),
    ];
    if (unsupported.length === 0) return found;
    const refusal = raise(call.type, "NOT_SUPPORTED", [
      "the pattern ",
      given,
      " on this text is not supported by the embedded cloud",
    ]);
    return unsupported.reduce(
      (result, condition) => call.result`CASE WHEN ${condition} THEN ${refusal} ELSE ${result} END`,
      found,
    );
  };

/** RE2's classes like [:alpha:] are ASCII only. A pattern that is not constant is searched for them. */
const isNonAscii = (text: Expr, pattern: Expr, unknown: boolean): Expr => {
  const nonAscii = make(BOOLEAN)`NOT regexp_full_match(${text}, '(?s)[[:ascii:]]*')`;
  return unknown ? make(BOOLEAN)`(${nonAscii} AND contains(${pattern}, '[:'))` : nonAscii;
};

/** Joni's $ also matches before a final line feed. */
const endsWithLineFeed = (text: Expr, pattern: Expr): Expr =>
  make(BOOLEAN)`(ends_with(${text}, chr(10)) AND contains(${pattern}, '$'))`;

/** Joni also finds an empty match directly after a match; RE2 does not. */
function refuseEmptyMatch(call: Invocation, pattern: Expr, result: Expr): Expr {
  if (["", "^", "$", "\\z"].includes(String(pattern.literal ?? " ")) && call.args.length === 3) return result;
  const refusal = raise(call.type, "NOT_SUPPORTED", [
    "the pattern ",
    arg(call, 1),
    ", which matches an empty text, is not supported by the embedded cloud",
  ]);
  return call.result`CASE WHEN regexp_matches('', ${pattern}) THEN ${refusal} ELSE ${result} END`;
}

/** Translates Java's $1 to RE2's \1. */
function replacement(call: Invocation): string {
  const literal = arg(call, 2).literal;
  if (typeof literal !== "string")
    return notSupported("regexp_replace with a replacement that is not a constant", call.node);
  const pattern = arg(call, 1).literal;
  const groups = typeof pattern === "string" ? groupsIn(pattern) : 0;
  return literal.replace(/\\(.)|\$(\d+)|\$\{(\w+)\}|\\|\$/g, (whole, escaped?: string, number?: string) => {
    if (escaped !== undefined) return escaped === "\\" ? "\\\\" : escaped;
    if (number !== undefined) return groupAndRest(number, groups, call);
    return notSupported(`the replacement '${whole}' of regexp_replace`, call.node);
  });
}

/** Further digits belong to the group's number as long as there is such a group: $01 is group 1, $10 group 1 and "0". */
function groupAndRest(digits: string, groups: number, call: Invocation): string {
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= groups) length++;
  const group = Number(digits.slice(0, length));
  if (group > 9) return notSupported(`the group ${group} in the replacement of regexp_replace`, call.node);
  return `\\${group}${digits.slice(length)}`;
}

/** The group number, which must be constant in DuckDB. */
function group(call: Invocation): string {
  const [pattern, number] = [arg(call, 1).literal, arg(call, 2).literal];
  if (typeof number !== "number")
    return notSupported("a regular expression group that is not a constant", call.node);
  if (number < 0) fail("INVALID_FUNCTION_ARGUMENT", "Group cannot be negative", call.node);
  if (typeof pattern !== "string" && number > 0)
    return notSupported("a group of a pattern that is not a constant", call.node);
  const count = typeof pattern === "string" ? groupsIn(pattern) : number;
  if (number > count)
    fail(
      "INVALID_FUNCTION_ARGUMENT",
      `Pattern has ${count} groups. Cannot access group ${number}`,
      call.node,
    );
  return String(number);
}

const replaced = (by: (call: Invocation) => string) =>
  withRe2(
    (call, pattern) => {
      const text = by(call);
      const result = call.result`regexp_replace(${arg(call, 0)}, ${pattern}, ${quoteText(text)}, 'g')`;
      return text === "" ? result : refuseEmptyMatch(call, pattern, result);
    },
    (call, text, pattern) => call.result`trino_regexp_replace(${text}, ${pattern}, ${quoteText(by(call))})`,
  );

export const regexps = scalars([
  {
    name: "regexp_like",
    takes: ["varchar", "varchar"],
    returns: "boolean",
    sql: withRe2(
      (call, pattern) => call.result`regexp_matches(${arg(call, 0)}, ${pattern})`,
      (call, text, pattern) => call.result`(len(trino_regexp_groups(${text}, ${pattern}, 0)) > 0)`,
    ),
  },
  {
    name: "regexp_extract",
    takes: ["varchar(x)", "varchar"],
    returns: "varchar(x)",
    sql: withRe2(
      (call, pattern) =>
        call.result`CASE WHEN regexp_matches(${arg(call, 0)}, ${pattern}) THEN regexp_extract(${arg(call, 0)}, ${pattern}) END`,
      (call, text, pattern) => call.result`trino_regexp_groups(${text}, ${pattern}, 0)[1]`,
    ),
  },
  {
    name: "regexp_extract",
    takes: ["varchar(x)", "varchar", "bigint"],
    returns: "varchar(x)",
    sql: withRe2(
      (call, pattern) => {
        const [value, number] = [arg(call, 0), group(call)];
        const found = call.result`regexp_extract(${value}, ${pattern}, ${number})`;
        return call.result`CASE WHEN regexp_matches(${value}, ${pattern}) THEN CASE WHEN ${found} = '' THEN trino_regexp_groups(${value}, ${arg(call, 1)}, ${number})[1] ELSE ${found} END END`;
      },
      (call, text, pattern) => call.result`trino_regexp_groups(${text}, ${pattern}, ${group(call)})[1]`,
    ),
  },
  {
    name: "regexp_extract_all",
    takes: ["varchar(x)", "varchar"],
    returns: "array(varchar(x))",
    sql: withRe2(
      (call, pattern) => call.result`regexp_extract_all(${arg(call, 0)}, ${pattern})`,
      (call, text, pattern) => call.result`trino_regexp_groups(${text}, ${pattern}, 0)`,
    ),
  },
  {
    name: "regexp_extract_all",
    takes: ["varchar(x)", "varchar", "bigint"],
    returns: "array(varchar(x))",
    sql: withRe2(
      (call, pattern) => {
        const [value, number] = [arg(call, 0), group(call)];
        const found = call.result`regexp_extract_all(${value}, ${pattern}, ${number})`;
        return call.result`CASE WHEN list_contains(${found}, '') THEN trino_regexp_groups(${value}, ${arg(call, 1)}, ${number}) ELSE ${found} END`;
      },
      (call, text, pattern) => call.result`trino_regexp_groups(${text}, ${pattern}, ${group(call)})`,
    ),
  },
  {
    name: "regexp_count",
    takes: ["varchar", "varchar"],
    returns: "bigint",
    sql: withRe2(
      (call, pattern) => call.result`len(regexp_extract_all(${arg(call, 0)}, ${pattern}))`,
      (call, text, pattern) => call.result`len(trino_regexp_groups(${text}, ${pattern}, 0))`,
    ),
  },
  { name: "regexp_replace", takes: ["varchar", "varchar"], returns: "varchar", sql: replaced(() => "") },
  {
    name: "regexp_replace",
    takes: ["varchar", "varchar", "varchar"],
    returns: "varchar",
    sql: replaced(replacement),
  },
  {
    name: "regexp_split",
    takes: ["varchar", "varchar"],
    returns: "array(varchar)",
    sql: withRe2(
      (call, pattern) =>
        refuseEmptyMatch(call, pattern, call.result`regexp_split_to_array(${arg(call, 0)}, ${pattern})`),
      (call, text, pattern) => call.result`trino_regexp_split(${text}, ${pattern})`,
    ),
  },
  {
    name: "regexp_position",
    takes: ["varchar", "varchar", "bigint"],
    returns: "integer",
    sql: "trino_regexp_position($1, $2, $3, CAST(1 AS BIGINT))",
  },
  {
    name: "regexp_position",
    takes: ["varchar", "varchar", "bigint", "bigint"],
    returns: "integer",
    duckdb: "trino_regexp_position",
  },
  {
    name: "regexp_position",
    takes: ["varchar", "varchar"],
    returns: "integer",
    sql: withRe2(
      (call, pattern) => {
        const text = arg(call, 0);
        const before = call.result`CAST(length(regexp_split_to_array(${text}, ${pattern})[1]) AS INTEGER)`;
        const found = refuseEmptyMatch(call, pattern, call.result`${before} + 1`);
        return call.result`CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_matches(${text}, ${pattern}) THEN ${found} ELSE -1 END`;
      },
      (call, text, pattern) =>
        call.result`trino_regexp_position(${text}, ${pattern}, CAST(1 AS BIGINT), CAST(1 AS BIGINT))`,
    ),
  },
]);
