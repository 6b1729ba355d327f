import type {
  BasicStringLiteralContext,
  IntervalContext,
  NumberContext,
  StringContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { cast } from "../casts";
import { type Expr, make } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { checkedZone } from "../functions/time";
import { parseType } from "../statements";
import {
  BIGINT,
  DATE,
  DOUBLE,
  decimal,
  duckType,
  INTEGER,
  quoteText,
  type Type,
  timestamp,
  timestampTz,
} from "../types";

export function textOf(node: StringContext): string {
  const raw = node.getText();
  if (!raw.startsWith("'")) return notSupported("a Unicode string literal", node);
  return raw.slice(1, -1).replaceAll("''", "'");
}

export const textLiteral = (text: string): Expr => ({
  ...make({ kind: "varchar", length: [...text].length })`${quoteText(text)}`,
  literal: text,
});

export function numberLiteral(node: NumberContext): Expr {
  const text = node.getText().replaceAll("_", "");
  if (/[eE]/.test(text) && !/^-?0[xX]/.test(text))
    return { ...make(DOUBLE)`CAST(${quoteText(text)} AS DOUBLE)`, literal: Number(text) };
  if (text.includes(".")) {
    const [whole = "", fraction = ""] = text.replace("-", "").split(".");
    const digits = whole.replace(/^0+/, "");
    const type = decimal(Math.max(1, digits.length + fraction.length), fraction.length);
    return { ...make(type)`CAST(${quoteText(text)} AS ${duckType(type)})`, literal: Number(text) };
  }
  return integerLiteral(text, node);
}

function integerLiteral(text: string, node: Node): Expr {
  const value = BigInt(text);
  const limit = 2n ** 63n;
  if (value >= limit || value < -limit) fail("SYNTAX_ERROR", `Invalid numeric literal: ${text}`, node);
  const small = value >= -(2n ** 31n) && value < 2n ** 31n;
  const type = small ? INTEGER : BIGINT;
  return {
    ...make(type)`CAST(${value.toString()} AS ${small ? "INTEGER" : "BIGINT"})`,
    literal: Number(value),
  };
}

const DATE_TEXT = /^\s*(\d{4,})-(\d{1,2})-(\d{1,2})\s*$/;
const TIMESTAMP_TEXT =
  /^\s*(\d{4,}-\d{1,2}-\d{1,2})(?:[ ]+((?:[01]?\d|2[0-3]):\d{1,2}(?::\d{1,2}(?:\.(\d{1,12}))?)?))?(?:\s*([A-Za-z_/]+(?:[+-]\d+)?|[+-]\d{2}:?\d{2}))?\s*$/;

/** DATE '…', TIMESTAMP '…' and the other typed literals. */
export function typedLiteral(typeText: string, text: string, node: Node): Expr {
  const bad = () =>
    fail("INVALID_LITERAL", `'${text}' is not a valid ${typeText.toUpperCase()} literal`, node);
  switch (typeText.toLowerCase()) {
    case "date":
      if (!DATE_TEXT.test(text) || Number.isNaN(Date.parse(`${padded(text)}T00:00:00Z`))) return bad();
      return { ...make(DATE)`CAST(${quoteText(padded(text))} AS DATE)`, literal: padded(text) };
    case "timestamp":
      return timestampLiteral(text, node) ?? bad();
    case "decimal": {
      const [whole = "", fraction = ""] = text.replace(/^[+-]/, "").split(".");
      if (!/^\d*$/.test(whole + fraction) || whole + fraction === "") return bad();
      const precision = Math.max(1, whole.replace(/^0+/, "").length + fraction.length);
      const result = make(decimal(precision, fraction.length));
      return result`CAST(${quoteText(text)} AS DECIMAL(${String(precision)},${String(fraction.length)}))`;
    }
    case "bigint":
    case "integer":
    case "int":
    case "smallint":
    case "tinyint":
    case "double":
    case "real":
    case "boolean":
      return cast(textLiteral(text), parseType(typeText), false, node);
    case "json":
      try {
        JSON.parse(text);
      } catch {
        return bad();
      }
      return make({ kind: "json" })`CAST(trino_json(${quoteText(text)}) AS JSON)`;
    case "varchar":
      return textLiteral(text);
    default:
      return notSupported(`the literal ${typeText} '…'`, node);
  }
}

const padded = (text: string): string => text.trim().replace(/-(\d)(?=-|$)/g, "-0$1");

function timestampLiteral(text: string, node: Node): Expr | undefined {
  const match = TIMESTAMP_TEXT.exec(text);
  if (!match) return undefined;
  const [, date = "", clock = "00:00:00", fraction = "", zone] = match;
  const full = /^\d{1,2}:\d{1,2}$/.test(clock) ? `${clock}:00` : clock;
  const value = quoteText(
    `${padded(date)} ${full.slice(0, full.includes(".") ? full.indexOf(".") + 7 : undefined)}`,
  );
  if (fraction.length > 6) return notSupported(`TIMESTAMP with ${fraction.length} fractional digits`, node);
  if (zone === undefined) return make(timestamp(fraction.length))`CAST(${value} AS TIMESTAMP)`;
  const precision = fraction.length;
  if (/^[+-]/.test(zone)) {
    if (!/^[+-]00:?00$/.test(zone)) return notSupported(`the time zone offset ${zone}`, node);
    return make(timestampTz("UTC", precision))`timezone('UTC', CAST(${value} AS TIMESTAMP))`;
  }
  const name = checkedZone(zone, node);
  return make(timestampTz(name, precision))`timezone(${quoteText(name)}, CAST(${value} AS TIMESTAMP))`;
}

const dayTime: Readonly<Record<string, string>> = {
  DAY: "DAY",
  HOUR: "HOUR",
  MINUTE: "MINUTE",
  SECOND: "SECOND",
};
const yearMonth: Readonly<Record<string, string>> = { YEAR: "YEAR", MONTH: "MONTH" };

export function intervalLiteral(node: IntervalContext): Expr {
  const unit = (node._from_?.getText() ?? "").toUpperCase();
  if (node._to) return notSupported(`INTERVAL … ${unit} TO ${node._to.getText().toUpperCase()}`, node);
  const text = textOf(node.string() as StringContext & BasicStringLiteralContext);
  const sign = node._sign?.text === "-" ? "-" : "";
  const known = dayTime[unit] ?? yearMonth[unit];
  if (!known || !/^[+-]?\d+(\.\d+)?$/.test(text) || (text.includes(".") && unit !== "SECOND"))
    return fail("INVALID_LITERAL", `'${text}' is not a valid INTERVAL literal`, node);
  const type: Type = { kind: dayTime[unit] ? "interval day to second" : "interval year to month" };
  return make(type)`(INTERVAL (${sign}(${text})) ${known})`;
}
