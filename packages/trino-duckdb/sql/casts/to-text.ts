import { type Expr, make } from "../expr";
import { milliseconds, months } from "../intervals";
import { raise } from "../raise";
import { isInteger, isText, type Kind, type Type, timestamp, typeName, VARCHAR } from "../types";
import { truncate } from "./from-text";
import type { Rule } from "./rule";

const textForms: Partial<Record<Kind, (expr: Expr, type: Type) => Expr>> = {
  boolean: (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`,
  double: (expr) => make(VARCHAR)`trino_double_text(${expr})`,
  real: (expr) => make(VARCHAR)`trino_real_text(CAST(${expr} AS DOUBLE))`,
  date: (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`,
  uuid: (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`,
  decimal: decimalText,
  "interval day to second": (expr) => make(VARCHAR)`trino_day_time_text(${milliseconds(expr)})`,
  "interval year to month": (expr) => make(VARCHAR)`trino_year_month_text(${months(expr)})`,
  timestamp: (expr, type) => timeText(expr, "precision" in type ? type.precision : 3),
  "timestamp with time zone": (expr, type) => {
    if (type.kind !== "timestamp with time zone") return expr;
    const local = make(timestamp(type.precision))`timezone('${type.zone}', ${expr})`;
    return make(VARCHAR)`(${timeText(local, type.precision)} || ${`' ${type.zone}'`})`;
  },
};

/** DuckDB writes .5 for a decimal that has no digits before the point, Trino 0.5. */
export function decimalText(expr: Expr): Expr {
  const text = make(VARCHAR)`CAST(${expr} AS VARCHAR)`;
  if (expr.type.kind !== "decimal" || expr.type.precision > expr.type.scale) return text;
  return make(VARCHAR)`replace(${text}, '.', '0.')`;
}

function timeText(expr: Expr, precision: number): Expr {
  // Trino puts a sign before a year of more than four digits.
  const whole = make(
    VARCHAR,
  )`(CASE WHEN year(${expr}) > 9999 THEN '+' ELSE '' END || strftime(${expr}, '%Y-%m-%d %H:%M:%S'))`;
  if (precision === 0) return whole;
  return make(VARCHAR)`(${whole} || substr(strftime(${expr}, '.%f'), 1, ${String(precision + 1)}))`;
}

export function toText(from: Type): Rule | undefined {
  const form = isInteger(from)
    ? (expr: Expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`
    : textForms[from.kind];
  return (
    form &&
    ((expr, to, attempt) => {
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
