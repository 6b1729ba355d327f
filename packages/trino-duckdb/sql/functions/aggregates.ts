import { build, type Expr, type Part } from "../expr";
import { notSupported } from "../failure";
import { raise } from "../raise";
import { decimal, duckType, isFloating, type Type, typeName } from "../types";
import { aggregate, arg, type FunctionEntry, flagsOf, type Invocation } from "./entry";

/** name(arguments) with DISTINCT, ORDER BY, FILTER and OVER in their places, wrapped in a cast. */
const calling = (name: string, args: readonly Part[], call: Invocation, type: Type = call.type): Expr =>
  build(
    type,
    [`${name}(`, ...call.prefix, ...args, ...call.suffix, ")", ...call.over],
    flagsOf("aggregate", call),
  );

const castTo = (type: Type, expr: Expr): Expr => build(type, ["CAST(", expr, ` AS ${duckType(type)})`]);

/** sum of integers is a bigint, of a decimal a decimal(38, s); an overflow fails. */
const sum = (call: Invocation): Expr => {
  const value = arg(call, 0);
  if (value.type.kind !== "decimal") return castTo(call.type, calling("sum", [value], call));
  const type = decimal(38, value.type.scale);
  const total = calling("sum", [value], call, type);
  // Ten thousand million rows of 28 digits still fit.
  if (value.type.precision <= 28) return castTo(type, total);
  const most = `CAST('${"9".repeat(38 - value.type.scale)}.${"9".repeat(value.type.scale)}' AS ${duckType(type)})`;
  const overflow = raise(type, "NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow");
  return build(type, [
    "CASE WHEN ",
    total,
    ` > ${most} OR `,
    total,
    ` < -${most} THEN `,
    overflow,
    " ELSE ",
    total,
    " END",
  ]);
};

/** The average of a decimal is that decimal, rounded half up. */
const decimalAverage = (call: Invocation): Expr => {
  const value = arg(call, 0);
  if (value.type.kind !== "decimal") return value;
  const [total, count] = [calling("sum", [value], call), calling("count", [value], call)];
  return build(value.type, [
    "CASE WHEN ",
    count,
    " = 0 THEN NULL ELSE CAST(trino_decimal_divide(CAST(",
    total,
    " AS VARCHAR), CAST(",
    count,
    ` AS VARCHAR), ${value.type.scale}) AS ${duckType(value.type)}) END`,
  ]);
};

const notANumber =
  (name: string) =>
  (call: Invocation): Expr => {
    const value = calling(
      name,
      call.args.flatMap((part, i) => (i === 0 ? [part] : [", ", part])),
      call,
    );
    return build(call.type, ["CASE WHEN isfinite(", value, ") THEN ", value, " END"]);
  };

/** NaN is the largest for DuckDB, and for Trino's max less than anything: only where there is no other is it the answer. */
const largest = (call: Invocation): Expr => {
  const value = arg(call, 0);
  if (!isFloating(value.type)) return calling("max", [value], call);
  const least = calling("min", ["-(", value, ")"], call);
  return build(call.type, ["(-", least, ")"], flagsOf("aggregate", call));
};

const largestOf = (call: Invocation): Expr => {
  const [value, count] = [arg(call, 0), arg(call, 1)];
  if (isFloating(value.type)) return notSupported(`max(${typeName(value.type)}, n)`, call.node);
  return calling("max", [value, ", ", count], call);
};

/** The same for what max_by orders by. */
const orderable = (key: Expr): Expr =>
  isFloating(key.type)
    ? build(key.type, ["CASE WHEN isnan(", key, ") THEN '-Infinity' ELSE ", key, " END"])
    : key;

/** Nearest rank, as exact as an approximation can be. */
const percentile = (call: Invocation): Expr => {
  const share = arg(call, call.args.length - 1);
  if (call.args.length === 2) return calling("quantile_disc", [arg(call, 0), ", ", share], call);
  if (call.over.length > 0 || call.prefix.length > 0)
    notSupported("FILTER, DISTINCT or OVER with a weighted approx_percentile", call.node);
  const repeated = ["flatten(list(repeat([", arg(call, 0), "], ", arg(call, 1), ")))"];
  return build(call.type, ["list_aggregate(", ...repeated, ", 'quantile_disc', ", share, ")"], {
    aggregate: true,
  });
};

/** Of the population; DuckDB corrects it for a sample. */
const skewness = (call: Invocation): Expr => {
  const [sample, count] = [calling("skewness", [arg(call, 0)], call), calling("count", [arg(call, 0)], call)];
  return build(call.type, [
    sample,
    " * (",
    count,
    " - 2) / sqrt(CAST(",
    count,
    " AS DOUBLE) * (",
    count,
    " - 1))",
  ]);
};

/** All values of a key, keys in the order of their first. */
const multimap = (call: Invocation): Expr => {
  const entry: Part[] = ["struct_pack(k := ", arg(call, 0), ", v := ", arg(call, 1), ")"];
  return build(call.type, ["multimap_of(", calling("list", entry, call), ")"], flagsOf("aggregate", call));
};

const two = (names: string): FunctionEntry[] =>
  names.split(" ").map((name) => aggregate(`${name}(double, double) -> double`, notANumber(name)));

export const aggregates: readonly FunctionEntry[] = [
  aggregate("count() -> bigint", (call) => calling("count", ["*"], call)),
  aggregate("count(T) -> bigint", "count[[$1]]"),
  aggregate("count_if(boolean) -> bigint", (call) =>
    castTo(call.type, calling("count_if", [arg(call, 0)], call)),
  ),
  aggregate("sum(I) -> bigint", sum),
  aggregate("sum(double) -> double", sum),
  aggregate("sum(real) -> real", sum),
  aggregate("sum(D) -> D", sum),
  aggregate("avg(D) -> D", decimalAverage),
  aggregate("avg(double) -> double", "avg[[$1]]"),
  aggregate("avg(real) -> real", (call) => castTo(call.type, calling("avg", [arg(call, 0)], call))),
  aggregate("min(T) -> T", "min[[$1]]"),
  aggregate("max(T) -> T", largest),
  aggregate("min(T, bigint) -> array(T)", "min[[$1, $2]]"),
  aggregate("max(T, bigint) -> array(T)", largestOf),
  aggregate("min_by(T, U) -> T", "arg_min_null[[$1, $2]]"),
  aggregate("max_by(T, U) -> T", (call) =>
    calling("arg_max_null", [arg(call, 0), ", ", orderable(arg(call, 1))], call),
  ),
  aggregate("min_by(T, U, bigint) -> array(T)", "arg_min[[$1, $2, $3]]"),
  aggregate("max_by(T, U, bigint) -> array(T)", (call) =>
    calling("arg_max", [arg(call, 0), ", ", orderable(arg(call, 1)), ", ", arg(call, 2)], call),
  ),
  aggregate("bool_and(boolean) -> boolean", "bool_and[[$1]]"),
  aggregate("every(boolean) -> boolean", "bool_and[[$1]]"),
  aggregate("bool_or(boolean) -> boolean", "bool_or[[$1]]"),
  aggregate("arbitrary(T) -> T", "any_value[[$1]]"),
  aggregate("any_value(T) -> T", "any_value[[$1]]"),
  aggregate("array_agg(T) -> array(T)", "list[[$1]]"),
  aggregate("map_agg(K, V) -> map(K, V)", (call) => {
    const entry: Part[] = ["struct_pack(k := ", arg(call, 0), ", v := ", arg(call, 1), ")"];
    const list = calling("list", entry, call);
    return build(call.type, ["map_from_entries(map_first_keys(", list, "))"]);
  }),
  aggregate("multimap_agg(K, V) -> map(K, array(V))", multimap),
  aggregate("map_union(map(K, V)) -> map(K, V)", (call) => {
    const list = calling("list", ["map_entries(", arg(call, 0), ")"], call);
    return build(call.type, ["map_of_entries(", list, ")"], flagsOf("aggregate", call));
  }),
  aggregate("histogram(T) -> map(T, bigint)", (call) =>
    castTo(call.type, calling("histogram", [arg(call, 0)], call)),
  ),
  aggregate("set_agg(T) -> array(T)", (call) =>
    build(call.type, ["list_distinct_ordered(", calling("list", [arg(call, 0)], call), ")"]),
  ),
  aggregate("approx_distinct(T) -> bigint", (call) => calling("count", ["DISTINCT ", arg(call, 0)], call)),
  aggregate("approx_distinct(T, double) -> bigint", (call) =>
    calling("count", ["DISTINCT ", arg(call, 0)], call),
  ),
  aggregate("approx_percentile(N, double) -> N", percentile),
  aggregate("approx_percentile(N, array(double)) -> array(N)", percentile),
  aggregate("approx_percentile(N, bigint, double) -> N", percentile),
  ...["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"].map((name) =>
    aggregate(`${name}(double) -> double`, `${name}[[$1]]`),
  ),
  aggregate("skewness(double) -> double", skewness),
  aggregate("kurtosis(double) -> double", (call) => calling("kurtosis", [arg(call, 0)], call)),
  aggregate("geometric_mean(double) -> double", "geomean[[$1]]"),
  ...two("corr covar_pop covar_samp regr_slope regr_intercept"),
  aggregate("bitwise_and_agg(bigint) -> bigint", "bit_and[[$1]]"),
  aggregate("bitwise_or_agg(bigint) -> bigint", "bit_or[[$1]]"),
];
