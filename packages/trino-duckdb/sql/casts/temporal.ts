import { type Expr, make } from "../expr";
import { BIGINT, type Type, timestamp } from "../types";
import { duckCast, plain, type Rule } from "./rule";

/**
 * Rounds half up to the type's fractional digits, before 1970 too (io.trino.spi.type.Timestamps.roundDiv). DuckDB's //
 * cuts towards zero, so the remainder is subtracted.
 */
export function roundTime(expr: Expr, to: Type): Expr {
  if (to.kind !== "timestamp" && to.kind !== "timestamp with time zone") return expr;
  if (to.precision >= 6) return { ...expr, type: to };
  const step = String(10 ** (6 - to.precision));
  const half = make(BIGINT)`(epoch_us(${expr}) + ${step} // 2)`;
  const construct = to.kind === "timestamp" ? "make_timestamp" : "make_timestamptz";
  return make(to)`${construct}(${half} - (${half} % ${step} + ${step}) % ${step})`;
}

const fitted = (
  expr: Expr,
  from: { readonly precision: number },
  to: Type & { readonly precision: number },
) => (to.precision < from.precision ? roundTime(expr, to) : { ...expr, type: to });

export function temporal(from: Type, to: Type): Rule | undefined {
  if (from.kind === "date" && to.kind === "timestamp") return plain;
  if (from.kind === "timestamp" && to.kind === "date") return plain;
  if (from.kind === "timestamp" && to.kind === "timestamp") return (expr) => fitted(expr, from, to);
  if (from.kind === "timestamp with time zone") {
    const local = (expr: Expr) => make(timestamp(from.precision))`timezone('${from.zone}', ${expr})`;
    if (to.kind === "timestamp") return (expr) => fitted(local(expr), from, to);
    if (to.kind === "date") return (expr, _to, attempt) => duckCast(local(expr), to, attempt);
    if (to.kind === "timestamp with time zone")
      return (expr) => fitted(expr, from, { ...from, precision: to.precision });
  }
  if ((from.kind === "timestamp" || from.kind === "date") && to.kind === "timestamp with time zone")
    return (expr) => {
      const zoned = make(to)`timezone('${to.zone}', CAST(${expr} AS TIMESTAMP))`;
      return from.kind === "timestamp" ? fitted(zoned, from, to) : zoned;
    };
  return undefined;
}
