import type { BasicStringLiteralContext, IntervalContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { cast } from "../casts";
import { type Expr, make } from "../expr";
import { fail, type Node, notSupported } from "../failure";

import { ofMilliseconds, ofMonths } from "../intervals";
import type { ListedLiteralContext } from "../listed-literal";
import { parseType } from "../statements";
import { BIGINT, DATE, DOUBLE, decimal, duckType, INTEGER, quoteText, timestamp, timeType } from "../types";
import { checkedZone, instantOf } from "../zones";

/** A node of the tree with its source text without white space. */
type Written = Node & { getText(): string };

export function textOf(node: Written): string {
  const raw = node.getText();
  if (!raw.startsWith("'")) return notSupported("a Unicode string literal", node);
  return raw.slice(1, -1).replaceAll("''", "'");
}

export const textLiteral = (text: string): Expr => ({
  type: { kind: "varchar", length: [...text].length },
  parts: [quoteText(text)],
  literal: text,
});

export function numberLiteral(node: Written): Expr {
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

export const listedLiteral = (node: ListedLiteralContext): Expr =>
  node.isNumber ? numberLiteral(node) : textLiteral(textOf(node));

const INTEGERS = 2n ** 31n;
const BIGINTS = 2n ** 63n;

function integerLiteral(text: string, node: Node): Expr {
  const value = BigInt(text);
  if (value >= BIGINTS || value < -BIGINTS) fail("SYNTAX_ERROR", `Invalid numeric literal: ${text}`, node);
  const small = value >= -INTEGERS && value < INTEGERS;
  const type = small ? INTEGER : BIGINT;
  return {
    type,
    parts: [`CAST(${value} AS ${small ? "INTEGER" : "BIGINT"})`],
    literal: Number(value),
  };
}

const DATE_TEXT = /^\s*(\d{4,})-(\d{1,2})-(\d{1,2})\s*$/;
const TIME_TEXT = /^\s*\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d{1,6}))?)?\s*$/;
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
    case "time": {
      const [, fraction = ""] = TIME_TEXT.exec(text) ?? [];
      if (!TIME_TEXT.test(text))
        return /[+-]\d/.test(text) ? notSupported("TIME with a time zone", node) : bad();
      return cast(textLiteral(text), timeType(fraction.length), false, node);
    }
    case "uuid":
    case "ipaddress":
      return cast(textLiteral(text), parseType(typeText), false, node);
    case "char":
      return cast(textLiteral(text), { kind: "char", length: [...text].length }, false, node);
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
  return instantOf(make(timestamp(precision))`CAST(${value} AS TIMESTAMP)`, {
    kind: "timestamp with time zone",
    precision,
    zone: checkedZone(zone, node),
  });
}

/** The units of the two kinds of intervals, largest first, with their size in milliseconds or months. */
const dayTime = { DAY: 86_400_000, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000 } as const;
const yearMonth = { YEAR: 12, MONTH: 1 } as const;

/** INTERVAL '1' DAY and INTERVAL '1 02:03' DAY TO MINUTE. Only seconds have a fraction. */
export function intervalLiteral(node: IntervalContext): Expr {
  const { total, isDayTime } = intervalOf(node);
  const count = make(BIGINT)`CAST(${String(total)} AS BIGINT)`;
  return isDayTime ? ofMilliseconds(count) : ofMonths(count);
}

/** The whole minutes of an interval that is a time zone's offset. */
export function intervalMinutes(node: IntervalContext): number {
  const { total, isDayTime } = intervalOf(node);
  if (!isDayTime || total % 60_000 !== 0 || Math.abs(total) > 14 * 3_600_000)
    fail("INVALID_FUNCTION_ARGUMENT", "Invalid time zone offset interval", node);
  return total / 60_000;
}

/** An interval's number of milliseconds or months. */
function intervalOf(node: IntervalContext): { total: number; isDayTime: boolean } {
  const [from, to] = [node._from_, node._to ?? node._from_].map((unit) =>
    (unit?.getText() ?? "").toUpperCase(),
  );
  const text = textOf(node.string() as BasicStringLiteralContext);
  const bad = () => fail("INVALID_LITERAL", `'${text}' is not a valid INTERVAL literal`, node);
  const isDayTime = (from ?? "") in dayTime;
  const sizes = Object.entries<number>(isDayTime ? dayTime : yearMonth);
  const [first, last] = [from, to].map((unit) => sizes.findIndex(([name]) => name === unit));
  if (first === undefined || last === undefined || first < 0 || last < first) return bad();
  const units = sizes.slice(first, last + 1);
  const separators: Readonly<Record<string, string>> = { HOUR: " ", MINUTE: ":", SECOND: ":", MONTH: "-" };
  const pattern = units.map(([unit], i) => {
    const digits = unit === "SECOND" ? "(\\d+(?:\\.\\d{1,3})?)" : "(\\d+)";
    return i === 0 ? digits : `${separators[unit]}${digits}`;
  });
  const match = new RegExp(`^([+-]?)${pattern.join("")}$`).exec(text.trim());
  if (!match) return bad();
  const total = units.reduce((sum, [, size], i) => sum + Math.round(Number(match[i + 2]) * size), 0);
  const negative = (node._sign?.text === "-") !== (match[1] === "-");
  return { total: negative ? -total : total, isDayTime };
}
