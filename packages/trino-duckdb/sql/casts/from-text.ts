import { type Expr, make } from "../expr";
import type { Node } from "../failure";
import { raise } from "../raise";
import { BOOLEAN, type Kind, type Type, timestamp, timeType, VARCHAR } from "../types";
import { checkedZone, instantOf, offsetMinutes, offsetName } from "../zones";
import { floatingText } from "./floating-text";
import { ipText, uuidText } from "./identifiers";
import { duckCast, guarded, invalid, matches, type Rule } from "./rule";
import { roundTime } from "./temporal";

/** Java's syntax of integers. DuckDB also accepts underscores, exponents, hexadecimal and fractions. */
const wholeNumber = guarded(matches("[+-]?[0-9]+"));
const dateText = guarded(matches("[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}"));
const timestampText = guarded(
  matches("[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}( ([01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}([.][0-9]+)?)?)?"),
  (expr, _to, attempt) => duckCast(expr, timestamp(6), attempt),
);

const timeText = guarded(
  matches("([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]{1,12})?)?"),
  (expr, _to, attempt) => {
    const full = make(
      VARCHAR,
    )`CASE WHEN regexp_full_match(${expr}, '[0-9]+:[0-9]+') THEN ${expr} || ':00' ELSE ${expr} END`;
    return duckCast(full, timeType(6), attempt);
  },
);

export const fromText: Partial<Record<Kind, Rule>> = {
  varchar: (expr, to) => truncate(expr, to),
  boolean: (expr, to, attempt) => {
    const text = make(VARCHAR)`lower(${expr})`;
    const otherwise = attempt ? "NULL" : invalid(expr, to);
    const result = make(to);
    return result`CASE WHEN ${expr} IS NULL THEN NULL WHEN ${text} IN ('t', 'true', '1') THEN true WHEN ${text} IN ('f', 'false', '0') THEN false ELSE ${otherwise} END`;
  },
  tinyint: wholeNumber,
  smallint: wholeNumber,
  integer: wholeNumber,
  bigint: wholeNumber,
  real: floatingText,
  double: floatingText,
  decimal: guarded(matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")),
  date: (expr, to, attempt, node) => dateText(make(VARCHAR)`trim(${expr})`, to, attempt, node),
  timestamp: timestampFromText,
  "timestamp with time zone": zonedFromText,
  time: (expr, to, attempt, node) => roundTime(timeText(expr, timeType(6), attempt, node), to),
  uuid: uuidText,
  ipaddress: ipText,
  varbinary: (expr, to) => make(to)`encode(${expr})`,
};

/** Trino's CAST ignores blanks around the text and a zone at its end. */
function timestampFromText(expr: Expr, to: Type, attempt: boolean, node: Node): Expr {
  const zone = " ?([+-][0-9]{2}:?[0-9]{2}|[A-Za-z]+(/[A-Za-z_]+)*)$";
  const bare = make(VARCHAR)`regexp_replace(trim(${expr}), '${zone}', '')`;
  return quickTimestamp(expr, to, attempt, plainTimestamp(bare, to, attempt, node));
}

const ZONE = /(?: ?([+-]\d{2}:?\d{2})| ([A-Za-z]+(?:\/[A-Za-z_]+)*))$/;

/** A constant has the zone of its text. In a column each text must be in UTC, or have no zone. */
function zonedFromText(expr: Expr, to: Type, attempt: boolean, node: Node): Expr {
  if (to.kind !== "timestamp with time zone") return expr;
  const [, offset, named] = typeof expr.literal === "string" ? (ZONE.exec(expr.literal.trim()) ?? []) : [];
  const zone = offset ? offsetName(offsetMinutes(offset) ?? 0) : named ? checkedZone(named, node) : "UTC";
  const clock = timestampFromText(expr, timestamp(to.precision), attempt, node);
  const value = instantOf(clock, { ...to, zone });
  if (typeof expr.literal === "string") return value;
  const other = make(
    BOOLEAN,
  )`regexp_matches(trim(${expr}), '([+-][0-9]{2}:?[0-9]{2}| [A-Za-z_/]+)$') AND NOT regexp_matches(trim(${expr}), '([+-]00:?00| (UTC|GMT|Z))$')`;
  const refusal = raise(to, "NOT_SUPPORTED", [
    "the time zone of '",
    expr,
    "' is not supported by the embedded cloud",
  ]);
  const result = make({ ...to, zone });
  return result`CASE WHEN ${other} THEN ${refusal} ELSE ${value} END`;
}

/** A text without blanks and zone, as files have it. */
export const timestampOfFile: Rule = (expr, to, attempt, node) =>
  quickTimestamp(expr, to, attempt, plainTimestamp(expr, to, attempt, node));

const plainTimestamp: Rule = (expr, to, attempt, node) =>
  roundTime(timestampText(expr, timestamp(6), attempt, node), to);

/** Texts with milliseconds skip the slow pattern and the rounding. From '0' on, a text begins with no sign and no blank. */
function quickTimestamp(expr: Expr, to: Type, attempt: boolean, careful: Expr): Expr {
  if (to.kind !== "timestamp" || to.precision < 3) return careful;
  const common = make(
    BOOLEAN,
  )`(${expr} LIKE '____-__-__ __:__:__.___' AND ${expr} >= '0' AND ${expr} NOT LIKE '% 24:%')`;
  return make(to)`CASE WHEN ${common} THEN ${duckCast(expr, to, attempt)} ELSE ${careful} END`;
}

/** A cast to varchar(n) keeps the first n characters. */
export function truncate(expr: Expr, to: Type): Expr {
  if (to.kind !== "varchar" || to.length === undefined) return { ...expr, type: to };
  if (expr.type.kind === "varchar" && expr.type.length !== undefined && expr.type.length <= to.length)
    return { ...expr, type: to };
  return make(to)`substr(${expr}, 1, ${String(to.length)})`;
}
