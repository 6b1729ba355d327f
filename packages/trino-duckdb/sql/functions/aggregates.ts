import { build, type Expr, type Part } from "../expr";
import { notSupported } from "../failure";
import { raise } from "../raise";
import { decimal, duckType, isFloating, type Type, typeName } from "../types";
import { aggregateFlags, aggregates, arg, callAggregate, type Invocation } from "./entry";

const castTo = (type: Type, expr: Expr): Expr => build(type, ["CAST(", expr, ` AS ${duckType(type)})`]);

/** Integers sum up to bigint, decimals to decimal(38, s). An overflow fails the query. */
const sum = (call: Invocation): Expr => {
  const value = arg(call, 0);
  if (value.type.kind !== "decimal") return castTo(call.type, callAggregate("sum", [value], call));
  const type = decimal(38, value.type.scale);
  const total = callAggregate("sum", [value], call, type);
  // 10 billion rows of 28 digits fit into 38 digits.
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

/** The average of decimals has their type and is rounded half up. */
const decimalAverage = (call: Invocation): Expr => {
  const value = arg(call, 0);
  if (value.type.kind !== "decimal") return value;
  const [total, count] = [callAggregate("sum", [value], call), callAggregate("count", [value], call)];
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

const nullIfNotFinite =
  (name: string) =>
  (call: Invocation): Expr => {
    const value = callAggregate(
      name,
      call.args.flatMap((part, i) => (i === 0 ? [part] : [", ", part])),
      call,
    );
    return build(call.type, ["CASE WHEN isfinite(", value, ") THEN ", value, " END"]);
  };

/** NaN is the max value in DuckDB. Trino's max returns it only if there is no other value. */
const max = (call: Invocation): Expr => {
  const value = arg(call, 0);
  if (!isFloating(value.type)) return callAggregate("max", [value], call);
  const least = callAggregate("min", ["-(", value, ")"], call);
  return build(call.type, ["(-", least, ")"], aggregateFlags(call));
};

const maxN = (call: Invocation): Expr => {
  const [value, count] = [arg(call, 0), arg(call, 1)];
  if (isFloating(value.type)) return notSupported(`max(${typeName(value.type)}, n)`, call.node);
  return callAggregate("max", [value, ", ", count], call);
};

/** Orders NaN below all other keys of max_by. */
const nanFirst = (key: Expr): Expr =>
  isFloating(key.type)
    ? build(key.type, ["CASE WHEN isnan(", key, ") THEN '-Infinity' ELSE ", key, " END"])
    : key;

/** Exact, by nearest rank. */
const percentile = (call: Invocation): Expr => {
  const share = arg(call, call.args.length - 1);
  if (call.args.length === 2) return callAggregate("quantile_disc", [arg(call, 0), ", ", share], call);
  if (call.over.length > 0 || call.prefix.length > 0)
    notSupported("FILTER, DISTINCT or OVER with a weighted approx_percentile", call.node);
  const repeated = ["flatten(list(repeat([", arg(call, 0), "], ", arg(call, 1), ")))"];
  return build(call.type, ["list_aggregate(", ...repeated, ", 'quantile_disc', ", share, ")"], {
    aggregate: true,
  });
};

/** Trino computes the skewness of the population, DuckDB that of a sample. */
const skewness = (call: Invocation): Expr => {
  const [sample, count] = [
    callAggregate("skewness", [arg(call, 0)], call),
    callAggregate("count", [arg(call, 0)], call),
  ];
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

/** Keys are in the order of their first occurrence. */
const multimap = (call: Invocation): Expr => {
  const entry: Part[] = ["struct_pack(k := ", arg(call, 0), ", v := ", arg(call, 1), ")"];
  return build(call.type, ["multimap_of(", callAggregate("list", entry, call), ")"], aggregateFlags(call));
};

export const aggregateFunctions = aggregates([
  { name: "count", takes: [], returns: "bigint", sql: (call) => callAggregate("count", ["*"], call) },
  { name: "count", takes: ["T"], returns: "bigint" },
  {
    name: "count_if",
    takes: ["boolean"],
    returns: "bigint",
    sql: (call) => castTo(call.type, callAggregate("count_if", [arg(call, 0)], call)),
  },
  { name: "sum", takes: ["any integer"], returns: "bigint", sql: sum },
  { name: "sum", takes: ["double"], returns: "double", sql: sum },
  { name: "sum", takes: ["real"], returns: "real", sql: sum },
  { name: "sum", takes: ["decimal(p,s)"], returns: "decimal(p,s)", sql: sum },
  { name: "avg", takes: ["decimal(p,s)"], returns: "decimal(p,s)", sql: decimalAverage },
  { name: "avg", takes: ["double"], returns: "double" },
  {
    name: "avg",
    takes: ["real"],
    returns: "real",
    sql: (call) => castTo(call.type, callAggregate("avg", [arg(call, 0)], call)),
  },
  { name: "min", takes: ["T"], returns: "T" },
  { name: "max", takes: ["T"], returns: "T", sql: max },
  { name: "min", takes: ["T", "bigint"], returns: "array(T)" },
  { name: "max", takes: ["T", "bigint"], returns: "array(T)", sql: maxN },
  { name: "min_by", takes: ["T", "U"], returns: "T", duckdb: "arg_min_null" },
  {
    name: "max_by",
    takes: ["T", "U"],
    returns: "T",
    sql: (call) => callAggregate("arg_max_null", [arg(call, 0), ", ", nanFirst(arg(call, 1))], call),
  },
  { name: "min_by", takes: ["T", "U", "bigint"], returns: "array(T)", duckdb: "arg_min" },
  {
    name: "max_by",
    takes: ["T", "U", "bigint"],
    returns: "array(T)",
    sql: (call) =>
      callAggregate("arg_max", [arg(call, 0), ", ", nanFirst(arg(call, 1)), ", ", arg(call, 2)], call),
  },
  { name: ["bool_and", "every"], takes: ["boolean"], returns: "boolean", duckdb: "bool_and" },
  { name: "bool_or", takes: ["boolean"], returns: "boolean" },
  { name: ["arbitrary", "any_value"], takes: ["T"], returns: "T", duckdb: "any_value" },
  { name: "array_agg", takes: ["T"], returns: "array(T)", duckdb: "list" },
  {
    name: "map_agg",
    takes: ["K", "V"],
    returns: "map(K, V)",
    sql: (call) => {
      const entry: Part[] = ["struct_pack(k := ", arg(call, 0), ", v := ", arg(call, 1), ")"];
      const list = callAggregate("list", entry, call);
      return build(call.type, ["map_from_entries(map_first_keys(", list, "))"]);
    },
  },
  { name: "multimap_agg", takes: ["K", "V"], returns: "map(K, array(V))", sql: multimap },
  {
    name: "map_union",
    takes: ["map(K, V)"],
    returns: "map(K, V)",
    sql: (call) => {
      const list = callAggregate("list", ["map_entries(", arg(call, 0), ")"], call);
      return build(call.type, ["map_of_entries(", list, ")"], aggregateFlags(call));
    },
  },
  {
    name: "histogram",
    takes: ["T"],
    returns: "map(T, bigint)",
    sql: (call) => castTo(call.type, callAggregate("histogram", [arg(call, 0)], call)),
  },
  {
    name: "set_agg",
    takes: ["T"],
    returns: "array(T)",
    sql: (call) =>
      build(call.type, ["list_distinct_ordered(", callAggregate("list", [arg(call, 0)], call), ")"]),
  },
  {
    name: "approx_distinct",
    takes: ["T", "double?"],
    returns: "bigint",
    sql: (call) => callAggregate("count", ["DISTINCT ", arg(call, 0)], call),
  },
  { name: "approx_percentile", takes: ["any number", "double"], returns: "any number", sql: percentile },
  {
    name: "approx_percentile",
    takes: ["any number", "array(double)"],
    returns: "array(any number)",
    sql: percentile,
  },
  {
    name: "approx_percentile",
    takes: ["any number", "bigint", "double"],
    returns: "any number",
    sql: percentile,
  },
  {
    name: ["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"],
    takes: ["double"],
    returns: "double",
  },
  { name: "skewness", takes: ["double"], returns: "double", sql: skewness },
  {
    name: "kurtosis",
    takes: ["double"],
    returns: "double",
    sql: (call) => callAggregate("kurtosis", [arg(call, 0)], call),
  },
  { name: "geometric_mean", takes: ["double"], returns: "double", duckdb: "geomean" },
  ...["corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept"].map((name) => ({
    name,
    takes: ["double", "double"],
    returns: "double",
    sql: nullIfNotFinite(name),
  })),
  { name: "bitwise_and_agg", takes: ["bigint"], returns: "bigint", duckdb: "bit_and" },
  { name: "bitwise_or_agg", takes: ["bigint"], returns: "bigint", duckdb: "bit_or" },
]);
