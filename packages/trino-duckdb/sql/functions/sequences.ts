import { build, type Expr, make } from "../expr";
import { milliseconds, months } from "../intervals";
import { raise } from "../raise";
import { array, BIGINT, type Type } from "../types";
import { arg, type Invocation, scalars } from "./entry";

const MAX_ENTRIES = 10_000;

interface Steps {
  readonly step: Expr;
  /** The number of whole steps between the ends. */
  readonly count: Expr;
  /** The element at an offset from the start. */
  readonly at: (offset: Expr) => Expr;
}

/** Each element is computed from the start: two months after January 31 is March 31, not March 28. */
const sequence = (steps: (call: Invocation) => Steps) => (plain: Invocation) => {
  // Timestamps keep the precision of the start.
  const first = arg(plain, 0).type;
  const call =
    first.kind === "timestamp" ? { ...plain, type: array(first), result: make(array(first)) } : plain;
  const [from, to] = [arg(call, 0), arg(call, 1)];
  const { step, count, at } = steps(call);
  const bad = (message: string) => raise(call.type, "INVALID_FUNCTION_ARGUMENT", message);
  const item = call.type.kind === "array" ? call.type.element : call.type;
  const element = { ...at(make(BIGINT)`(s * ${step})`), type: item };
  return call.result`CASE WHEN ${step} = 0 THEN ${bad("step must not be zero")} WHEN (${step} > 0 AND ${to} < ${from}) OR (${step} < 0 AND ${to} > ${from}) THEN ${bad("sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start")} WHEN ${count} >= ${String(MAX_ENTRIES)} THEN ${bad(`result of sequence function must not have more than ${MAX_ENTRIES} entries`)} ELSE list_transform(range(${count} + 1), lambda s: ${element}) END`;
};

const defaultStep = (call: Invocation): Expr =>
  make(BIGINT)`CASE WHEN ${arg(call, 0)} <= ${arg(call, 1)} THEN 1 ELSE -1 END`;

const numbers = sequence((call) => {
  const [from, to, step] = [arg(call, 0), arg(call, 1), call.args[2] ?? defaultStep(call)];
  return {
    step,
    count: make(BIGINT)`((${to} - ${from}) // ${step})`,
    at: (offset) => make(BIGINT)`(${from} + ${offset})`,
  };
});

const days = sequence((call) => {
  const [from, to, interval] = [arg(call, 0), arg(call, 1), call.args[2]];
  const step = interval ? wholeDays(interval) : defaultStep(call);
  const count = make(BIGINT)`((${to} - ${from}) // ${step})`;
  return { step, count, at: (offset) => make(from.type)`(${from} + CAST(${offset} AS INTEGER))` };
});

function wholeDays(interval: Expr): Expr {
  const partial = raise(
    BIGINT,
    "INVALID_FUNCTION_ARGUMENT",
    "sequence step must be a day interval if start and end values are dates",
  );
  const all = milliseconds(interval);
  return make(BIGINT)`CASE WHEN ${all} % 86400000 <> 0 THEN ${partial} ELSE ${all} // 86400000 END`;
}

const byMonths = sequence((call) => {
  const [from, to] = [arg(call, 0), arg(call, 1)];
  const step = months(arg(call, 2));
  const count = make(BIGINT)`(date_sub('month', ${from}, ${to}) // ${step})`;
  const cast = (shifted: Expr, type: Type) =>
    type.kind === "date" ? make(type)`CAST(${shifted} AS DATE)` : shifted;
  return {
    step,
    count,
    at: (offset) => cast(make(from.type)`(${from} + to_months(CAST(${offset} AS INTEGER)))`, from.type),
  };
});

const instants = sequence((call) => {
  const [from, to] = [arg(call, 0), arg(call, 1)];
  const step = build(BIGINT, ["(", milliseconds(arg(call, 2)), " * 1000)"]);
  const count = make(BIGINT)`((epoch_us(${to}) - epoch_us(${from})) // ${step})`;
  return { step, count, at: (offset) => make(from.type)`(${from} + to_microseconds(${offset}))` };
});

export const sequences = scalars([
  { name: "sequence", takes: ["bigint", "bigint"], returns: "array(bigint)", sql: numbers },
  { name: "sequence", takes: ["bigint", "bigint", "bigint"], returns: "array(bigint)", sql: numbers },
  { name: "sequence", takes: ["date", "date"], returns: "array(date)", sql: days },
  { name: "sequence", takes: ["date", "date", "interval day to second"], returns: "array(date)", sql: days },
  {
    name: "sequence",
    takes: ["date", "date", "interval year to month"],
    returns: "array(date)",
    sql: byMonths,
  },
  {
    name: "sequence",
    takes: ["timestamp", "timestamp", "interval day to second"],
    returns: "array(timestamp)",
    sql: instants,
  },
  {
    name: "sequence",
    takes: ["timestamp", "timestamp", "interval year to month"],
    returns: "array(timestamp)",
    sql: byMonths,
  },
]);
