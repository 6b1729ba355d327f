import { cast } from "../casts";
import { type Expr, make } from "../expr";
import { fail } from "../failure";
import { raise } from "../raise";
import { BOOLEAN, DATE, quoteText, timestamp, timestampTz, VARCHAR } from "../types";
import { arg, type Invocation, scalars } from "./entry";
import { fromJodaFormat, fromMysqlFormat, parsing } from "./formats";
import { constant, local } from "./time";

const written = (value: Expr, format: string): Expr =>
  make(VARCHAR)`strftime(${local(value)}, ${quoteText(format)})`;

const formatIn = (call: Invocation): string => constant(arg(call, 1), "a date format", call.node);

/**
 * Parses as Joda does: no blanks beyond those of the format, two-digit years from 1970 to 2069, and defaults of the
 * year 2000 for a missing year and of 1970-01-01 for a time without a date.
 */
function read(call: Invocation, format: string): Expr {
  const given = arg(call, 0);
  // DuckDB parses at most six fractional digits.
  const text = format.includes(".%f")
    ? make(VARCHAR)`regexp_replace(${given}, '([.][0-9]{6})[0-9]{1,3}', '\\1')`
    : given;
  const { pattern, prefix, prefixFormat, hasFraction, shortYear, halfDay } = parsing(format);
  const value = make(
    timestamp(),
  )`strptime(${quoteText(prefix)} || ${text}, ${quoteText(prefixFormat + format)})`;
  const bad = raise(timestamp(), "INVALID_FUNCTION_ARGUMENT", ['Invalid format: "', text, '"']);
  const whole = hasFraction ? make(timestamp())`date_trunc('millisecond', ${value})` : value;
  const dated = shortYear
    ? make(timestamp())`CASE WHEN year(${whole}) = 1969 THEN ${whole} + INTERVAL 100 YEAR ELSE ${whole} END`
    : whole;
  const timed = halfDay
    ? make(timestamp())`CASE WHEN hour(${dated}) = 12 THEN ${dated} - INTERVAL 12 HOUR ELSE ${dated} END`
    : dated;
  const fits = make(BOOLEAN)`regexp_full_match(${text}, ${quoteText(pattern)})`;
  return make(timestamp())`CASE WHEN ${text} IS NULL THEN NULL WHEN ${fits} THEN ${timed} ELSE ${bad} END`;
}

function iso8601(call: Invocation): Expr {
  const value = arg(call, 0);
  if (value.type.kind === "date") return call.result`CAST(${value} AS VARCHAR)`;
  const plain = written(value, "%Y-%m-%dT%H:%M:%S.%g");
  if (value.type.kind !== "timestamp with time zone") return plain;
  if (value.type.zone === "UTC") return call.result`(${plain} || 'Z')`;
  return fail(
    "NOT_SUPPORTED",
    `to_iso8601 in the zone ${value.type.zone} is not supported by the embedded cloud`,
    call.node,
  );
}

export const dateTexts = scalars([
  {
    name: "date",
    takes: ["varchar"],
    returns: "date",
    sql: (call) => cast(arg(call, 0), DATE, false, call.node),
  },
  {
    name: "from_iso8601_timestamp",
    takes: ["varchar"],
    returns: "timestamp with time zone",
    duckdb: "trino_iso_timestamp",
  },
  {
    name: "from_iso8601_date",
    takes: ["varchar"],
    returns: "date",
    sql: (call) => {
      const text = arg(call, 0);
      const other = raise(DATE, "NOT_SUPPORTED", [
        "from_iso8601_date of '",
        text,
        "' is not supported by the embedded cloud",
      ]);
      return call.result`CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_full_match(${text}, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') THEN CAST(${text} AS DATE) ELSE ${other} END`;
    },
  },
  { name: "to_iso8601", takes: ["any datetime"], returns: "varchar", sql: iso8601 },
  {
    name: "date_format",
    takes: ["any datetime", "varchar"],
    returns: "varchar",
    sql: (call) => written(arg(call, 0), fromMysqlFormat(formatIn(call), call.node)),
  },
  {
    name: "date_parse",
    takes: ["varchar", "varchar"],
    returns: "timestamp",
    sql: (call) => read(call, fromMysqlFormat(formatIn(call), call.node)),
  },
  {
    name: "format_datetime",
    takes: ["any datetime", "varchar"],
    returns: "varchar",
    sql: (call) => written(arg(call, 0), fromJodaFormat(formatIn(call), call.node)),
  },
  {
    name: "parse_datetime",
    takes: ["varchar", "varchar"],
    returns: "timestamp with time zone",
    sql: (call) => {
      const format = fromJodaFormat(formatIn(call), call.node);
      if (/%(y|u|G|V)/.test(format))
        fail(
          "NOT_SUPPORTED",
          `parse_datetime with '${formatIn(call)}' is not supported by the embedded cloud`,
          call.node,
        );
      return make(timestampTz())`timezone('UTC', ${read(call, format)})`;
    },
  },
]);
