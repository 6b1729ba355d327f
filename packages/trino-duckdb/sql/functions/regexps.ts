import { type Expr, make } from "../expr";
import { fail, notSupported } from "../failure";
import { raise } from "../raise";
import { BOOLEAN, quoteText } from "../types";
import { arg, type Invocation, scalars, sql } from "./entry";
import { groupsIn, toRe2 } from "./patterns";

/**
 * DuckDB's RE2 for Trino's Joni. A constant pattern is rewritten where the two read it otherwise; a text on which they
 * may still differ fails the query.
 */
const matching =
  (write: (call: Invocation, pattern: Expr) => Expr) =>
  (call: Invocation): Expr => {
    const [text, given] = [arg(call, 0), arg(call, 1)];
    const source = typeof given.literal === "string" ? given.literal : undefined;
    const re2 = source === undefined ? undefined : toRe2(source);
    const pattern = re2 ? { ...make(given.type)`${quoteText(re2.pattern)}`, literal: re2.pattern } : given;
    const found = write(call, pattern);
    const doubts = [
      ...(re2 && !re2.boundaries ? [] : [beyondAscii(text, given, re2 === undefined)]),
      ...(source === undefined || source.includes("$") ? [lastLine(text, given)] : []),
    ];
    if (doubts.length === 0) return found;
    const refusal = raise(call.type, "NOT_SUPPORTED", [
      "the pattern ",
      given,
      " on this text is not supported by the embedded cloud",
    ]);
    return doubts.reduce(
      (result, doubt) => sql(call)`CASE WHEN ${doubt} THEN ${refusal} ELSE ${result} END`,
      found,
    );
  };

/** Word boundaries are those of ASCII in RE2, and the classes of a pattern that is not known cannot be rewritten. */
const beyondAscii = (text: Expr, pattern: Expr, unknown: boolean): Expr => {
  const beyond = make(BOOLEAN)`NOT regexp_full_match(${text}, '(?s)[[:ascii:]]*')`;
  return unknown ? make(BOOLEAN)`(${beyond} AND regexp_matches(${pattern}, '\\\\[wWdDsSbB]'))` : beyond;
};

/** Joni's $ also stands before a last line feed. */
const lastLine = (text: Expr, pattern: Expr): Expr =>
  make(BOOLEAN)`(ends_with(${text}, chr(10)) AND contains(${pattern}, '$'))`;

/** Joni also finds what is empty right behind a match, which shows where something is put in its place. */
function unlessEmpty(call: Invocation, pattern: Expr, result: Expr): Expr {
  if (["", "^", "$", "\\z"].includes(String(pattern.literal ?? " ")) && call.args.length === 3) return result;
  const refusal = raise(call.type, "NOT_SUPPORTED", [
    "the pattern ",
    arg(call, 1),
    ", which matches an empty text, is not supported by the embedded cloud",
  ]);
  return sql(call)`CASE WHEN regexp_matches('', ${pattern}) THEN ${refusal} ELSE ${result} END`;
}

/** Java's $1 in a replacement is RE2's \1. */
function replacement(call: Invocation): string {
  const literal = arg(call, 2).literal;
  if (typeof literal !== "string")
    return notSupported("regexp_replace with a replacement that is not a constant", call.node);
  return literal.replace(/\\(.)|\$(\d)|\$\{(\w+)\}|\\|\$/g, (whole, escaped?: string, group?: string) => {
    if (escaped !== undefined) return escaped === "\\" ? "\\\\" : escaped;
    if (group !== undefined) return `\\${group}`;
    return notSupported(`the replacement '${whole}' of regexp_replace`, call.node);
  });
}

/** RE2's group number has to be a constant. */
function group(call: Invocation): string {
  const [pattern, number] = [arg(call, 1).literal, arg(call, 2).literal];
  if (typeof number !== "number")
    return notSupported("a regular expression group that is not a constant", call.node);
  if (number < 0) fail("INVALID_FUNCTION_ARGUMENT", "Group cannot be negative", call.node);
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
  matching((call, pattern) => {
    const text = by(call);
    const result = sql(call)`regexp_replace(${arg(call, 0)}, ${pattern}, ${quoteText(text)}, 'g')`;
    return text === "" ? result : unlessEmpty(call, pattern, result);
  });

export const regexps = scalars([
  {
    name: "regexp_like",
    takes: ["varchar", "varchar"],
    returns: "boolean",
    sql: matching((call, pattern) => sql(call)`regexp_matches(${arg(call, 0)}, ${pattern})`),
  },
  {
    name: "regexp_extract",
    takes: ["varchar(x)", "varchar"],
    returns: "varchar(x)",
    sql: matching(
      (call, pattern) =>
        sql(
          call,
        )`CASE WHEN regexp_matches(${arg(call, 0)}, ${pattern}) THEN regexp_extract(${arg(call, 0)}, ${pattern}) END`,
    ),
  },
  {
    name: "regexp_extract",
    takes: ["varchar(x)", "varchar", "bigint"],
    returns: "varchar(x)",
    sql: matching((call, pattern) => {
      const [value, number] = [arg(call, 0), group(call)];
      const found = sql(call)`regexp_extract(${value}, ${pattern}, ${number})`;
      return sql(
        call,
      )`CASE WHEN regexp_matches(${value}, ${pattern}) THEN CASE WHEN ${found} = '' THEN trino_regexp_groups(${value}, ${arg(call, 1)}, ${number})[1] ELSE ${found} END END`;
    }),
  },
  {
    name: "regexp_extract_all",
    takes: ["varchar(x)", "varchar"],
    returns: "array(varchar(x))",
    sql: matching((call, pattern) => sql(call)`regexp_extract_all(${arg(call, 0)}, ${pattern})`),
  },
  {
    name: "regexp_extract_all",
    takes: ["varchar(x)", "varchar", "bigint"],
    returns: "array(varchar(x))",
    sql: matching((call, pattern) => {
      const [value, number] = [arg(call, 0), group(call)];
      const found = sql(call)`regexp_extract_all(${value}, ${pattern}, ${number})`;
      return sql(
        call,
      )`CASE WHEN list_contains(${found}, '') THEN trino_regexp_groups(${value}, ${arg(call, 1)}, ${number}) ELSE ${found} END`;
    }),
  },
  {
    name: "regexp_count",
    takes: ["varchar", "varchar"],
    returns: "bigint",
    sql: matching((call, pattern) => sql(call)`len(regexp_extract_all(${arg(call, 0)}, ${pattern}))`),
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
    sql: matching((call, pattern) =>
      unlessEmpty(call, pattern, sql(call)`regexp_split_to_array(${arg(call, 0)}, ${pattern})`),
    ),
  },
  {
    name: "regexp_position",
    takes: ["varchar", "varchar"],
    returns: "integer",
    sql: matching((call, pattern) => {
      const text = arg(call, 0);
      const before = sql(call)`CAST(length(regexp_split_to_array(${text}, ${pattern})[1]) AS INTEGER)`;
      const found = unlessEmpty(call, pattern, sql(call)`${before} + 1`);
      return sql(
        call,
      )`CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_matches(${text}, ${pattern}) THEN ${found} ELSE -1 END`;
    }),
  },
]);
