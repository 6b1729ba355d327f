import { modulus } from "../arithmetic";
import { make } from "../expr";
import { raise } from "../raise";
import { BIGINT, DOUBLE, decimal, type Type } from "../types";
import { arg, type Invocation, scalars } from "./entry";

const wholeDecimal = (call: Invocation): { precision: number; scale: number } => {
  const type = arg(call, 0).type;
  return type.kind === "decimal" ? type : { precision: 38, scale: 0 };
};

/** ceil, floor and round of a decimal: scale 0, and one more digit if rounding can carry. */
const carried = (name: string) => (call: Invocation) => {
  const { precision, scale } = wholeDecimal(call);
  const type = decimal(Math.min(38, precision - scale + Math.min(scale, 1)) || 1, 0);
  const result = make(type);
  return result`CAST(${name}(${arg(call, 0)}) AS DECIMAL(${String(type.kind === "decimal" ? type.precision : 1)},0))`;
};

const roundTo = (call: Invocation) => {
  const { precision, scale } = wholeDecimal(call);
  const type: Type = decimal(Math.min(38, precision + 1), scale);
  const result = make(type);
  return result`CAST(round(${arg(call, 0)}, CAST(${arg(call, 1)} AS INTEGER)) AS DECIMAL(${String(Math.min(38, precision + 1))},${String(scale)}))`;
};

/** DuckDB fails where Java's logarithm is NaN or -Infinity. */
const logarithm = (name: string, x = "$1"): string =>
  `CASE WHEN ${x} = 0 THEN CAST('-inf' AS DOUBLE) WHEN ${x} < 0 THEN CAST('nan' AS DOUBLE) ELSE ${name}(${x}) END`;

/** Shifts within the bits of the type. Bits shifted out are lost. */
const shift = (direction: "left" | "right" | "right_arithmetic") => (call: Invocation) => {
  const { kind } = call.type;
  const bits = { tinyint: 8, smallint: 16, integer: 32 }[kind as string] ?? 64;
  return call.result`CAST(trino_shift_${direction}(CAST(${arg(call, 0)} AS BIGINT), ${arg(call, 1)}, CAST(${String(bits)} AS BIGINT)) AS ${kind})`;
};

export const math = scalars([
  { name: "abs", takes: ["any number"], returns: "any number" },
  { name: "sign", takes: ["any integer"], returns: "any integer", sql: "CAST(sign($1) AS $type)" },
  {
    name: "sign",
    takes: ["decimal(p,s)"],
    returns: "decimal(p,s)",
    sql: (call) => make(decimal(1, 0))`CAST(sign(${arg(call, 0)}) AS DECIMAL(1,0))`,
  },
  {
    name: "sign",
    takes: ["any float"],
    returns: "any float",
    sql: "CASE WHEN isnan($1) THEN $1 ELSE CAST(sign($1) AS $type) END",
  },
  ...["ceil", "ceiling", "floor"].flatMap((name) => [
    { name, takes: ["any integer"], returns: "any integer", sql: "$1" },
    { name, takes: ["any float"], returns: "any float", sql: `${name}($1)` },
    { name, takes: ["decimal(p,s)"], returns: "decimal(p,s)", sql: carried(name) },
  ]),
  { name: "round", takes: ["any integer"], returns: "any integer", sql: "$1" },
  { name: "round", takes: ["any float"], returns: "any float" },
  { name: "round", takes: ["decimal(p,s)"], returns: "decimal(p,s)", sql: carried("round") },
  {
    name: "round",
    takes: ["any integer", "bigint"],
    returns: "any integer",
    sql: "CAST(round($1, CAST($2 AS INTEGER)) AS $type)",
  },
  {
    name: "round",
    takes: ["any float", "bigint"],
    returns: "any float",
    // A power of ten below the least double makes Trino's result NaN.
    sql: "CASE WHEN NOT isfinite($1) THEN $1 WHEN $2 < -323 THEN CAST('nan' AS $type) ELSE round($1, CAST($2 AS INTEGER)) END",
  },
  { name: "round", takes: ["decimal(p,s)", "bigint"], returns: "decimal(p,s)", sql: roundTo },
  { name: "truncate", takes: ["any float"], returns: "any float", duckdb: "trunc" },
  {
    name: "truncate",
    takes: ["decimal(p,s)"],
    returns: "decimal(p,s)",
    sql: (call) => {
      const { precision, scale } = wholeDecimal(call);
      const digits = Math.max(precision - scale, 1);
      return make(decimal(digits, 0))`CAST(trunc(${arg(call, 0)}) AS DECIMAL(${String(digits)},0))`;
    },
  },
  {
    name: "truncate",
    takes: ["decimal(p,s)", "bigint"],
    returns: "decimal(p,s)",
    sql: "CAST(trino_decimal_truncate(CAST($1 AS VARCHAR), $2) AS $type)",
  },
  {
    name: "mod",
    takes: ["any number", "other number"],
    returns: "any number",
    sql: (call) => modulus(arg(call, 0), arg(call, 1), call.node),
  },
  {
    name: ["exp", "sinh", "cosh", "tanh", "atan", "degrees", "radians"],
    takes: ["double"],
    returns: "double",
  },
  ...["sin", "cos", "tan"].map((name) => ({
    name,
    takes: ["double"],
    returns: "double",
    sql: `CASE WHEN isinf($1) THEN CAST('nan' AS DOUBLE) ELSE ${name}($1) END`,
  })),
  ...["asin", "acos"].map((name) => ({
    name,
    takes: ["double"],
    returns: "double",
    sql: `CASE WHEN $1 BETWEEN -1 AND 1 THEN ${name}($1) WHEN $1 IS NULL THEN NULL ELSE CAST('nan' AS DOUBLE) END`,
  })),
  // C's cbrt may be off in the last digit for cubes of whole numbers; Java's is exact.
  {
    name: "cbrt",
    takes: ["double"],
    returns: "double",
    sql: "CASE WHEN pow(round(cbrt($1)), 3) = $1 THEN round(cbrt($1)) ELSE cbrt($1) END",
  },
  {
    name: "sqrt",
    takes: ["double"],
    returns: "double",
    sql: "CASE WHEN $1 < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt($1) END",
  },
  { name: "ln", takes: ["double"], returns: "double", sql: logarithm("ln") },
  { name: "log2", takes: ["double"], returns: "double", sql: logarithm("log2") },
  { name: "log10", takes: ["double"], returns: "double", sql: logarithm("log10") },
  {
    name: "log",
    takes: ["double", "double"],
    returns: "double",
    sql: `(${logarithm("ln", "$2")} / ${logarithm("ln")})`,
  },
  { name: "atan2", takes: ["double", "double"], returns: "double" },
  // Java's power of 1 is NaN for NaN, and that of 1 and -1 is NaN for infinity; C's is 1.
  {
    name: ["pow", "power"],
    takes: ["double", "double"],
    returns: "double",
    sql: "CASE WHEN isnan($2) OR (abs($1) = 1 AND isinf($2)) THEN CAST('nan' AS DOUBLE) ELSE pow($1, $2) END",
  },
  { name: "pi", takes: [], returns: "double" },
  { name: "e", takes: [], returns: "double", sql: "exp(CAST(1 AS DOUBLE))" },
  { name: "nan", takes: [], returns: "double", sql: "CAST('nan' AS DOUBLE)" },
  { name: "infinity", takes: [], returns: "double", sql: "CAST('inf' AS DOUBLE)" },
  { name: "is_nan", takes: ["double"], returns: "boolean", duckdb: "isnan" },
  { name: "is_finite", takes: ["double"], returns: "boolean", duckdb: "isfinite" },
  { name: "is_infinite", takes: ["double"], returns: "boolean", duckdb: "isinf" },
  { name: ["random", "rand"], takes: [], returns: "double", sql: "random()", volatile: true },
  {
    name: ["random", "rand"],
    takes: ["bigint"],
    returns: "bigint",
    sql: "CAST(floor(random() * $1) AS BIGINT)",
    volatile: true,
  },
  {
    name: ["random", "rand"],
    takes: ["bigint", "bigint"],
    returns: "bigint",
    sql: "($1 + CAST(floor(random() * ($2 - $1)) AS BIGINT))",
    volatile: true,
  },
  ...["normal_cdf", "inverse_normal_cdf", "beta_cdf"].map((name) => ({
    name,
    takes: ["double", "double", "double"],
    returns: "double",
    duckdb: `trino_${name}`,
  })),
  ...["lower", "upper"].map((bound) => ({
    name: `wilson_interval_${bound}`,
    takes: ["bigint", "bigint", "double"],
    returns: "double",
    sql: (call: Invocation) => wilson(call, bound === "lower" ? "-" : "+"),
  })),
  { name: "uuid", takes: [], returns: "uuid", sql: "uuid()", volatile: true },
  {
    name: "width_bucket",
    takes: ["double", "double", "double", "bigint"],
    returns: "bigint",
    sql: widthBucket,
  },
  {
    name: "width_bucket",
    takes: ["double", "array(double)"],
    returns: "bigint",
    sql: (call) => {
      const [x, bins] = [arg(call, 0), arg(call, 1)];
      const bad = raise(
        BIGINT,
        "INVALID_FUNCTION_ARGUMENT",
        "Bins must be one or more numbers in ascending order",
      );
      return call.result`CASE WHEN len(${bins}) = 0 OR list_sort(${bins}) <> ${bins} OR len(list_distinct(${bins})) < len(${bins}) OR isnan(${x}) THEN ${bad} WHEN ${x} IS NOT NULL AND ${bins} IS NOT NULL THEN CAST(len(list_filter(${bins}, lambda b: b <= ${x})) AS BIGINT) END`;
    },
  },
  {
    name: "from_base",
    takes: ["varchar", "bigint"],
    returns: "bigint",
    sql: "trino_from_base($1, CAST($2 AS INTEGER))",
  },
  {
    name: "to_base",
    takes: ["bigint", "bigint"],
    returns: "varchar",
    sql: "trino_to_base($1, CAST($2 AS INTEGER))",
  },
  { name: "bitwise_and", takes: ["bigint", "bigint"], returns: "bigint", sql: "($1 & $2)" },
  { name: "bitwise_or", takes: ["bigint", "bigint"], returns: "bigint", sql: "($1 | $2)" },
  { name: "bitwise_xor", takes: ["bigint", "bigint"], returns: "bigint", duckdb: "xor" },
  { name: "bitwise_not", takes: ["bigint"], returns: "bigint", sql: "(-1 - $1)" },
  {
    name: "bitwise_left_shift",
    takes: ["any integer", "bigint"],
    returns: "any integer",
    sql: shift("left"),
  },
  {
    name: "bitwise_right_shift",
    takes: ["any integer", "bigint"],
    returns: "any integer",
    sql: shift("right"),
  },
  {
    name: "bitwise_right_shift_arithmetic",
    takes: ["any integer", "bigint"],
    returns: "any integer",
    sql: shift("right_arithmetic"),
  },
  { name: "bit_count", takes: ["bigint", "bigint"], returns: "bigint", duckdb: "trino_bit_count" },
]);

/** The Wilson score interval of a share of successes in trials, for a z-score. */
function wilson(call: Invocation, sign: "-" | "+") {
  const [successes, trials, z] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const bad = raise(
    DOUBLE,
    "INVALID_FUNCTION_ARGUMENT",
    "number of successes, trials and z-score must be in range",
  );
  const [n, share] = [
    make(DOUBLE)`CAST(${trials} AS DOUBLE)`,
    make(DOUBLE)`(CAST(${successes} AS DOUBLE) / ${trials})`,
  ];
  const middle = make(DOUBLE)`(${share} + ${z} * ${z} / (2 * ${n}))`;
  const width = make(DOUBLE)`${z} * sqrt((${share} * (1 - ${share}) + ${z} * ${z} / (4 * ${n})) / ${n})`;
  return call.result`CASE WHEN ${successes} IS NULL OR ${trials} IS NULL OR ${z} IS NULL THEN NULL WHEN ${successes} < 0 OR ${trials} <= 0 OR ${successes} > ${trials} OR ${z} < 0 THEN ${bad} ELSE (${middle} ${sign} ${width}) / (1 + ${z} * ${z} / ${n}) END`;
}

function widthBucket(call: Invocation) {
  const [x, low, high, count] = [arg(call, 0), arg(call, 1), arg(call, 2), arg(call, 3)];
  const bad = raise(
    BIGINT,
    "INVALID_FUNCTION_ARGUMENT",
    "bucketCount must be greater than 0, and the bounds differ",
  );
  const share = make(DOUBLE)`((${x} - ${low}) / (${high} - ${low}))`;
  return call.result`CASE WHEN ${x} IS NULL OR ${low} IS NULL OR ${high} IS NULL OR ${count} IS NULL THEN NULL WHEN ${count} <= 0 OR ${low} = ${high} OR isnan(${x}) THEN ${bad} WHEN ${share} < 0 THEN CAST(0 AS BIGINT) WHEN ${share} >= 1 THEN ${count} + 1 ELSE CAST(floor(${share} * ${count}) AS BIGINT) + 1 END`;
}
