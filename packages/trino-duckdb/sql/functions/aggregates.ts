import { build, dependsOnlyOn, type Expr, join, make, type Part } from "../expr";
import { notSupported } from "../failure";
import { milliseconds, months, ofMilliseconds, ofMonths } from "../intervals";
import { raise } from "../raise";
import { BIGINT, BOOLEAN, DOUBLE, decimal, duckType, isFloating, type Type, typeName } from "../types";
import { aggregateFlags, aggregates, arg, callAggregate, type Invocation } from "./entry";

const castTo = (type: Type, expr: Expr): Expr => build(type, ["CAST(", expr, ` AS ${duckType(type)})`]);

/** Integers sum up to bigint, decimals to decimal(38, s). An overflow fails the query. */
const sum = (call: Invocation): Expr => {
  const value = arg(call, 0);
  if (value.type.kind === "real") return asReal(callAggregate("sum", [value], call, DOUBLE));
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

/**
 * Statistics of values that include NaN or infinity are NaN in Trino, and NULL if there are too few values. DuckDB
 * fails or ignores them.
 */
const statistic =
  (compute: (call: Invocation, finite: Expr) => Expr, fewest: number) =>
  (call: Invocation): Expr => {
    const value = arg(call, 0);
    const finite = make(value.type)`CASE WHEN isfinite(${value}) THEN ${value} END`;
    const [count, odd] = [
      callAggregate("count", [value], call),
      callAggregate("bool_or", [make(BOOLEAN)`NOT isfinite(${value})`], call),
    ];
    return call.result`CASE WHEN ${count} < ${String(fewest)} THEN NULL WHEN ${odd} THEN CAST('nan' AS DOUBLE) ELSE ${compute(call, finite)} END`;
  };

const moment = (name: string, fewest: number) =>
  statistic((call, finite) => callAggregate(name, [finite], call), fewest);

/** Statistics of pairs: those of a sample that has NaN are `odd`. What infinity gives depends on the order of rows. */
const pairs =
  (name: string, odd: "NULL" | "CAST('nan' AS DOUBLE)", fewest: number) =>
  (call: Invocation): Expr => {
    const [x, y] = [arg(call, 0), arg(call, 1)];
    const both = make(BOOLEAN)`(${x} IS NOT NULL AND ${y} IS NOT NULL)`;
    const count = callAggregate("count", [make(DOUBLE)`CASE WHEN ${both} THEN 1 END`], call);
    const anyNan = callAggregate("bool_or", [make(BOOLEAN)`${both} AND (isnan(${x}) OR isnan(${y}))`], call);
    const anyInf = callAggregate("bool_or", [make(BOOLEAN)`${both} AND (isinf(${x}) OR isinf(${y}))`], call);
    const finite = (side: Expr) =>
      make(side.type)`CASE WHEN isfinite(${x}) AND isfinite(${y}) THEN ${side} END`;
    const value = callAggregate(name, [finite(x), ", ", finite(y)], call, DOUBLE);
    const refusal = raise(
      DOUBLE,
      "NOT_SUPPORTED",
      `${name} of infinite values is not supported by the embedded cloud`,
    );
    const result = make(DOUBLE);
    const total = result`CASE WHEN ${count} < ${String(fewest)} THEN NULL WHEN ${anyNan} THEN ${odd} WHEN ${anyInf} THEN ${refusal} WHEN isfinite(${value}) THEN ${value} END`;
    return call.type.kind === "real" ? asReal(total) : total;
  };

/** A double beyond the range of reals is infinite, as in Java. */
const asReal = (value: Expr): Expr =>
  make({
    kind: "real",
  })`CASE WHEN isfinite(${value}) AND abs(${value}) >= 3.4028235677973366e38 THEN CAST(CASE WHEN ${value} < 0 THEN '-inf' ELSE 'inf' END AS FLOAT) ELSE CAST(${value} AS FLOAT) END`;

/** The mean of Java's logarithms: of zero -Infinity, of a negative number NaN. */
const geometricMean = (call: Invocation): Expr => {
  const value = make(DOUBLE)`CAST(${arg(call, 0)} AS DOUBLE)`;
  const logarithm = make(
    DOUBLE,
  )`CASE WHEN ${value} = 0 THEN CAST('-inf' AS DOUBLE) WHEN ${value} < 0 THEN CAST('nan' AS DOUBLE) ELSE ln(${value}) END`;
  const mean = make(DOUBLE)`exp(${callAggregate("avg", [logarithm], call, DOUBLE)})`;
  return call.type.kind === "real" ? asReal(mean) : mean;
};

/** Sums and averages of intervals are those of their milliseconds or months. */
const ofIntervals =
  (name: "sum" | "avg", count: (interval: Expr) => Expr, of: (count: Expr) => Expr) =>
  (call: Invocation): Expr => {
    const total = callAggregate(name, [count(arg(call, 0))], call, BIGINT);
    return of(name === "avg" ? make(BIGINT)`CAST(round(${total}) AS BIGINT)` : total);
  };

/** Aggregates that collect give NULL if there was nothing to collect. */
const nullIfEmpty = (value: Expr): Expr =>
  make(value.type)`CASE WHEN cardinality(${value}) > 0 THEN ${value} END`;

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

/** DuckDB's arg_min and arg_max of n values skip NULLs, which a struct around them prevents. */
const severalBy = (name: string, key: Expr, call: Invocation): Expr => {
  const rows = callAggregate(name, ["struct_pack(v := ", arg(call, 0), "), ", key, ", ", arg(call, 2)], call);
  return build(call.type, ["list_transform(", rows, ", lambda s: s.v)"]);
};

/** Exact, by nearest rank. Weights must be whole numbers; an accuracy is not needed. */
const percentile = (call: Invocation): Expr => {
  const value = arg(call, 0);
  const share = arg(call, Math.min(call.args.length - 1, 2));
  if (!dependsOnlyOn(share, () => false))
    return notSupported("a percentage that is not a constant", call.node);
  const infinite = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "value must be finite");
  const odd = callAggregate("bool_or", [make(BOOLEAN)`NOT isfinite(${value})`], call, BOOLEAN);
  const checked = (result: Expr) =>
    isFloating(value.type) ? make(call.type)`CASE WHEN ${odd} THEN ${infinite} ELSE ${result} END` : result;
  if (call.args.length === 2) return checked(callAggregate("quantile_disc", [value, ", ", share], call));
  if (call.over.length > 0 || call.prefix.length > 0)
    notSupported("FILTER, DISTINCT or OVER with a weighted approx_percentile", call.node);
  const weight = arg(call, 1);
  const fraction = raise(
    BIGINT,
    "NOT_SUPPORTED",
    "a weight of approx_percentile that is not a whole number is not supported by the embedded cloud",
  );
  const whole = make(
    BIGINT,
  )`CASE WHEN ${weight} IS NULL THEN NULL WHEN isfinite(${weight}) AND ${weight} = trunc(${weight}) AND ${weight} > 0 THEN CAST(${weight} AS BIGINT) ELSE ${fraction} END`;
  const repeated = ["flatten(list(repeat([", value, "], ", whole, ")))"];
  const list: Part[] = ["list_aggregate(", ...repeated, ", 'quantile_disc', ", share, ")"];
  return checked(build(call.type, list, { aggregate: true }));
};

/** Refuses arrays and rows: Trino fails when it compares two with NULLs inside, DuckDB orders them. */
function ordered(sql: (call: Invocation) => Expr): (call: Invocation) => Expr {
  return (call) => {
    const { type } = arg(call, 0);
    return type.kind === "array" || type.kind === "row"
      ? notSupported(`ordering ${typeName(type)}`, call.node)
      : sql(call);
  };
}

/** Trino computes the skewness of the population, DuckDB that of a sample. */
const skewness = statistic((call, finite) => {
  const [sample, count] = [callAggregate("skewness", [finite], call), callAggregate("count", [finite], call)];
  return call.result`${sample} * (${count} - 2) / sqrt(CAST(${count} AS DOUBLE) * (${count} - 1))`;
}, 3);

/** Keys are in the order of their first occurrence. */
const multimap = (call: Invocation): Expr => {
  const entry: Part[] = ["struct_pack(k := ", arg(call, 0), ", v := ", arg(call, 1), ")"];
  const list = callAggregate("list", entry, call);
  return nullIfEmpty(build(call.type, ["multimap_of(", list, ")"], aggregateFlags(call)));
};

export const aggregateFunctions = aggregates([
  { name: "count", takes: [], returns: "bigint", sql: (call) => callAggregate("count", ["*"], call) },
  { name: "count", takes: ["T"], returns: "bigint" },
  {
    name: "count_if",
    takes: ["boolean"],
    returns: "bigint",
    sql: (call) => callAggregate("count", ["CASE WHEN ", arg(call, 0), " THEN 1 END"], call),
  },
  ...(["sum", "avg"] as const).flatMap((name) => [
    {
      name,
      takes: ["interval day to second"],
      returns: "interval day to second",
      sql: ofIntervals(name, milliseconds, ofMilliseconds),
    },
    {
      name,
      takes: ["interval year to month"],
      returns: "interval year to month",
      sql: ofIntervals(name, months, ofMonths),
    },
  ]),
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
  {
    name: "min",
    takes: ["O"],
    returns: "O",
    sql: ordered((call) => callAggregate("min", [arg(call, 0)], call)),
  },
  { name: "max", takes: ["O"], returns: "O", sql: ordered(max) },
  {
    name: "min",
    takes: ["O", "bigint"],
    returns: "array(O)",
    sql: ordered((call) => callAggregate("min", join(call.args), call)),
  },
  { name: "max", takes: ["O", "bigint"], returns: "array(O)", sql: ordered(maxN) },
  { name: "min_by", takes: ["T", "O"], returns: "T", duckdb: "arg_min_null" },
  {
    name: "max_by",
    takes: ["T", "O"],
    returns: "T",
    sql: (call) => callAggregate("arg_max_null", [arg(call, 0), ", ", nanFirst(arg(call, 1))], call),
  },
  {
    name: "min_by",
    takes: ["T", "O", "bigint"],
    returns: "array(T)",
    sql: (call) => severalBy("arg_min", arg(call, 1), call),
  },
  {
    name: "max_by",
    takes: ["T", "O", "bigint"],
    returns: "array(T)",
    sql: (call) => severalBy("arg_max", nanFirst(arg(call, 1)), call),
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
      return nullIfEmpty(build(call.type, ["map_from_entries(map_first_keys(", list, "))"]));
    },
  },
  { name: "multimap_agg", takes: ["K", "V"], returns: "map(K, array(V))", sql: multimap },
  {
    name: "map_union",
    takes: ["map(K, V)"],
    returns: "map(K, V)",
    sql: (call) => {
      const list = callAggregate("list", ["map_entries(", arg(call, 0), ")"], call);
      return nullIfEmpty(build(call.type, ["map_of_entries(", list, ")"], aggregateFlags(call)));
    },
  },
  {
    name: "histogram",
    takes: ["T"],
    returns: "map(T, bigint)",
    sql: (call) => {
      const value = arg(call, 0);
      const counts = castTo(call.type, callAggregate("histogram", [value], call));
      if (!isFloating(value.type)) return counts;
      // DuckDB's histogram counts NaN with another value.
      const odd = callAggregate("bool_or", [make(BOOLEAN)`isnan(${value})`], call, BOOLEAN);
      const refusal = raise(
        call.type,
        "NOT_SUPPORTED",
        "histogram of NaN is not supported by the embedded cloud",
      );
      return call.result`CASE WHEN ${odd} THEN ${refusal} ELSE ${counts} END`;
    },
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
    sql: (call) => {
      const [value, error] = [arg(call, 0), call.args[1]];
      const count = callAggregate("count", ["DISTINCT ", value], { ...call, prefix: [] });
      if (!error || ["boolean", "unknown"].includes(value.type.kind)) return count;
      const isBad = make(BOOLEAN)`(${value} IS NOT NULL AND NOT ${error} BETWEEN 0.0040625 AND 0.26)`;
      const bad = raise(
        BIGINT,
        "INVALID_FUNCTION_ARGUMENT",
        "Max standard error must be in [0.0040625, 0.26]",
      );
      return make(
        BIGINT,
      )`CASE WHEN ${callAggregate("bool_or", [isBad], call, BOOLEAN)} THEN ${bad} ELSE ${count} END`;
    },
  },
  // The result has the type of the values, except that whole numbers give bigint.
  ...["bigint", "real", "double"].flatMap((type) =>
    ["double", "array(double)"].flatMap((share) => {
      const returns = share === "double" ? type : `array(${type})`;
      return [
        { name: "approx_percentile", takes: [type, share], returns, sql: percentile },
        { name: "approx_percentile", takes: [type, "double", share], returns, sql: percentile },
        ...(share === "double"
          ? [
              {
                name: "approx_percentile",
                takes: [type, "double", share, "double"],
                returns,
                sql: percentile,
              },
            ]
          : []),
      ];
    }),
  ),
  ...["stddev", "stddev_samp", "variance", "var_samp"].map((name) => ({
    name,
    takes: ["double"],
    returns: "double",
    sql: moment(name, 2),
  })),
  ...["stddev_pop", "var_pop"].map((name) => ({
    name,
    takes: ["double"],
    returns: "double",
    sql: moment(name, 1),
  })),
  { name: "skewness", takes: ["double"], returns: "double", sql: skewness },
  { name: "kurtosis", takes: ["double"], returns: "double", sql: moment("kurtosis", 4) },
  ...["double", "real"].flatMap((type) => [
    { name: "geometric_mean", takes: [type], returns: type, sql: geometricMean },
    ...["corr", "regr_slope", "regr_intercept"].map((name) => ({
      name,
      takes: [type, type],
      returns: type,
      sql: pairs(name, "NULL", 1),
    })),
    {
      name: "covar_pop",
      takes: [type, type],
      returns: type,
      sql: pairs("covar_pop", "CAST('nan' AS DOUBLE)", 1),
    },
    {
      name: "covar_samp",
      takes: [type, type],
      returns: type,
      sql: pairs("covar_samp", "CAST('nan' AS DOUBLE)", 2),
    },
  ]),
  { name: "bitwise_and_agg", takes: ["bigint"], returns: "bigint", duckdb: "bit_and" },
  { name: "bitwise_xor_agg", takes: ["bigint"], returns: "bigint", duckdb: "bit_xor" },
  { name: "bitwise_or_agg", takes: ["bigint"], returns: "bigint", duckdb: "bit_or" },
]);
