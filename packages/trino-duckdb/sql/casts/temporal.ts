import { type Expr, make } from "../expr";
import { type Type, timestamp } from "../types";
import { duckCast, plain, type Rule } from "./rule";

export function roundTime(expr: Expr, to: Type): Expr {
  if (to.kind !== "timestamp") return expr;
  if (to.precision >= 6) return { ...expr, type: to };
  const step = 10 ** (6 - to.precision);
  const result = make(to);
  return result`make_timestamp((epoch_us(${expr}) + ${String(step / 2)}) // ${String(step)} * ${String(step)})`;
}

export function temporal(from: Type, to: Type): Rule | undefined {
  if (from.kind === "date" && to.kind === "timestamp") return plain;
  if (from.kind === "timestamp" && to.kind === "date") return plain;
  if (from.kind === "timestamp" && to.kind === "timestamp")
    return (expr) => (to.precision < from.precision ? roundTime(expr, to) : { ...expr, type: to });
  if (from.kind === "timestamp with time zone") {
    const local = (expr: Expr) => make(timestamp(from.precision))`timezone('${from.zone}', ${expr})`;
    if (to.kind === "timestamp") return (expr) => ({ ...local(expr), type: to });
    if (to.kind === "date") return (expr, _to, attempt) => duckCast(local(expr), to, attempt);
    if (to.kind === "timestamp with time zone")
      return (expr) => ({ ...expr, type: { ...from, precision: to.precision } });
  }
  if ((from.kind === "timestamp" || from.kind === "date") && to.kind === "timestamp with time zone")
    return (expr) => make(to)`timezone('${to.zone}', CAST(${expr} AS TIMESTAMP))`;
  return undefined;
}
