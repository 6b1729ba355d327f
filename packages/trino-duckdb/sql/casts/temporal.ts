import { type Expr, make } from "../expr";
import { notSupported } from "../failure";
import { BIGINT, type Type } from "../types";
import { instantOf, wallClock } from "../zones";
import { duckCast, plain, type Rule } from "./rule";

/**
 * Rounds half up to the type's fractional digits, before 1970 too (io.trino.spi.type.Timestamps.roundDiv). DuckDB's //
 * cuts towards zero, so the remainder is subtracted.
 */
export function roundTime(expr: Expr, to: Type): Expr {
  if (to.kind === "time") return roundClock(expr, to);
  if (to.kind !== "timestamp" && to.kind !== "timestamp with time zone") return expr;
  if (to.precision >= 6) return { ...expr, type: to };
  const step = String(10 ** (6 - to.precision));
  const half = make(BIGINT)`(epoch_us(${expr}) + ${step} // 2)`;
  const construct = to.kind === "timestamp" ? "make_timestamp" : "make_timestamptz";
  return make(to)`${construct}(${half} - (${half} % ${step} + ${step}) % ${step})`;
}

/** A time that rounds up to 24:00 is 00:00. */
function roundClock(expr: Expr, to: Type & { readonly kind: "time" }): Expr {
  if (to.precision >= 6) return { ...expr, type: to };
  const step = String(10 ** (6 - to.precision));
  return make(
    to,
  )`(TIME '00:00:00' + to_microseconds((epoch_us(${expr}) + ${step} // 2) // ${step} * ${step}))`;
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
  if (from.kind === "time" && to.kind === "time") return (expr) => fitted(expr, from, to);
  if (from.kind === "timestamp" && to.kind === "time")
    return (expr) => roundTime(make({ kind: "time", precision: 6 })`CAST(${expr} AS TIME)`, to);
  if (from.kind === "timestamp with time zone" && to.kind === "time")
    return (expr) => roundTime(make({ kind: "time", precision: 6 })`CAST(${wallClock(expr)} AS TIME)`, to);
  if (from.kind === "time" && to.kind.startsWith("timestamp"))
    return (_expr, _to, _attempt, node) =>
      notSupported("CAST of a time to a timestamp, which has today's date,", node);
  if (from.kind === "timestamp with time zone") {
    const local = wallClock;
    if (to.kind === "timestamp") return (expr) => fitted(local(expr), from, to);
    if (to.kind === "date") return (expr, _to, attempt) => duckCast(local(expr), to, attempt);
    if (to.kind === "timestamp with time zone")
      return (expr) => fitted(expr, from, { ...from, precision: to.precision });
  }
  if ((from.kind === "timestamp" || from.kind === "date") && to.kind === "timestamp with time zone")
    return (expr) => {
      const zoned = to.kind === "timestamp with time zone" ? instantOf(expr, to) : expr;
      return from.kind === "timestamp" ? fitted(zoned, from, to) : zoned;
    };
  return undefined;
}
