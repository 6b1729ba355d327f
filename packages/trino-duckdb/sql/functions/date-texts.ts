import { cast } from "../casts";
import { roundTime } from "../casts/temporal";
import { type Expr, make } from "../expr";
import { fail } from "../failure";
import { raise } from "../raise";
import { BIGINT, BOOLEAN, DATE, quoteText, timestamp, timestampTz, VARCHAR } from "../types";
import { offsetMinutes, offsetName } from "../zones";
import { arg, type Invocation, scalars } from "./entry";
import { fromJodaFormat, fromMysqlFormat, parsing } from "./formats";
import { constant, local } from "./time";

/** Trino rounds microseconds to milliseconds before it formats. */
const written = (value: Expr, format: string): Expr => {
  const { type } = value;
  const rounded =
    "precision" in type && type.precision > 3 ? roundTime(value, { ...type, precision: 3 }) : value;
  return make(VARCHAR)`strftime(${local(rounded)}, ${quoteText(format)})`;
};

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

/** ISO 8601 with as many fractional digits as the type has, and the offset of the zone. */
function iso8601(call: Invocation): Expr {
  const value = arg(call, 0);
  if (value.type.kind === "date") return call.result`CAST(${value} AS VARCHAR)`;
  const text = cast(local(value), VARCHAR, false, call.node);
  const plain = call.result`replace(${text}, ' ', 'T')`;
  if (value.type.kind !== "timestamp with time zone") return plain;
  if (value.type.zone === "UTC") return call.result`(${plain} || 'Z')`;
  const minutes = make(BIGINT)`date_diff('minute', timezone('UTC', ${value}), ${local(value)})`;
  const offset = call.result`CASE WHEN ${minutes} < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(${minutes}) // 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(${minutes}) % 60 AS VARCHAR), 2, '0')`;
  return call.result`(${plain} || CASE WHEN ${minutes} = 0 THEN 'Z' ELSE ${offset} END)`;
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
    sql: (call) => {
      // The zone of a constant is known; that of a column must be UTC in every row.
      const { literal } = arg(call, 0);
      const offset =
        typeof literal === "string"
          ? offsetMinutes(/[+-]\d{2}(?::?\d{2})?$/.exec(literal.slice(11))?.[0] ?? "")
          : undefined;
      if (offset === undefined) return call.result`trino_iso_timestamp(${arg(call, 0)}, false)`;
      return make(timestampTz(offsetName(offset)))`trino_iso_timestamp(${arg(call, 0)}, true)`;
    },
  },
  { name: "from_iso8601_date", takes: ["varchar"], returns: "date", duckdb: "trino_iso_date" },
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
    sql: (call) => read(call, fromMysqlFormat(formatIn(call), call.node, true)),
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
