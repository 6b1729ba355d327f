import { type Expr, make } from "../expr";
import { fail } from "../failure";
import { milliseconds, months } from "../intervals";
import { raise } from "../raise";
import { isInteger, isText, type Kind, type Type, typeName, VARCHAR } from "../types";
import { wallClock } from "../zones";
import { truncate } from "./from-text";
import { ipAsText } from "./identifiers";
import type { Rule } from "./rule";

const textForms: Partial<Record<Kind, (expr: Expr, type: Type) => Expr>> = {
  boolean: (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`,
  double: (expr) => make(VARCHAR)`trino_double_text(${expr})`,
  real: (expr) => make(VARCHAR)`trino_real_text(CAST(${expr} AS DOUBLE))`,
  // Java puts a sign before a year of more than four digits.
  date: (expr) =>
    make(VARCHAR)`(CASE WHEN ${expr} > DATE '9999-12-31' THEN '+' ELSE '' END || CAST(${expr} AS VARCHAR))`,
  uuid: (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`,
  ipaddress: ipAsText,
  decimal: decimalText,
  time: (expr, type) =>
    timeText(
      make({ kind: "timestamp", precision: 6 })`(DATE '2000-01-01' + ${expr})`,
      "precision" in type ? type.precision : 3,
      "%H:%M:%S",
    ),
  "interval day to second": (expr) => make(VARCHAR)`trino_day_time_text(${milliseconds(expr)})`,
  "interval year to month": (expr) => make(VARCHAR)`trino_year_month_text(${months(expr)})`,
  timestamp: (expr, type) => timeText(expr, "precision" in type ? type.precision : 3),
  "timestamp with time zone": (expr, type) => {
    if (type.kind !== "timestamp with time zone") return expr;
    return make(VARCHAR)`(${timeText(wallClock(expr), type.precision)} || ${`' ${type.zone}'`})`;
  },
};

/** DuckDB writes .5 for a decimal that has no digits before the point, Trino 0.5. */
export function decimalText(expr: Expr): Expr {
  const text = make(VARCHAR)`CAST(${expr} AS VARCHAR)`;
  if (expr.type.kind !== "decimal" || expr.type.precision > expr.type.scale) return text;
  return make(VARCHAR)`replace(${text}, '.', '0.')`;
}

function timeText(expr: Expr, precision: number, format = "%Y-%m-%d %H:%M:%S"): Expr {
  // Trino puts a sign before a year of more than four digits.
  const whole = make(
    VARCHAR,
  )`(CASE WHEN year(${expr}) > 9999 THEN '+' ELSE '' END || strftime(${expr}, '${format}'))`;
  if (precision === 0) return whole;
  return make(VARCHAR)`(${whole} || substr(strftime(${expr}, '.%f'), 1, ${String(precision + 1)}))`;
}

export function toText(from: Type): Rule | undefined {
  const form = isInteger(from)
    ? (expr: Expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`
    : textForms[from.kind];
  return (
    form &&
    ((expr, to, attempt, node) => {
      if (from.kind === "uuid" && to.kind === "varchar" && to.length !== undefined)
        return fail("TYPE_MISMATCH", `Cannot cast uuid to ${typeName(to)}`, node);
      const text = form(expr, from);
      if (to.kind !== "varchar" || to.length === undefined) return text;
      // Texts are truncated to varchar(n); other values that do not fit are an error.
      if (isText(from)) return truncate(text, to);
      const otherwise = attempt
        ? "NULL"
        : raise(to, "INVALID_CAST_ARGUMENT", ["Value ", text, ` cannot be represented as ${typeName(to)}`]);
      return make(to)`CASE WHEN length(${text}) <= ${String(to.length)} THEN ${text} ELSE ${otherwise} END`;
    })
  );
}
