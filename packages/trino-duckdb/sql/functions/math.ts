import { modulus } from "../arithmetic";
import { raise } from "../raise";
import { BIGINT, DOUBLE, decimal, type Type } from "../types";
import { arg, type FunctionEntry, type Invocation, scalar, sql, volatile } from "./entry";

const one = (names: string, template: string): FunctionEntry[] =>
  names.split(" ").map((name) => scalar(`${name}(double) -> double`, template.replaceAll("@", name)));

const wholeDecimal = (call: Invocation): { precision: number; scale: number } => {
  const type = arg(call, 0).type;
  return type.kind === "decimal" ? type : { precision: 38, scale: 0 };
};

/** ceil, floor and round of a decimal have no fraction, and one more digit where rounding may carry. */
const carried = (name: string) => (call: Invocation) => {
  const { precision, scale } = wholeDecimal(call);
  const type = decimal(Math.min(38, precision - scale + Math.min(scale, 1)) || 1, 0);
  return sql(
    call,
    type,
  )`CAST(${name}(${arg(call, 0)}) AS DECIMAL(${String(type.kind === "decimal" ? type.precision : 1)},0))`;
};

const roundTo = (call: Invocation) => {
  const { precision, scale } = wholeDecimal(call);
  const type: Type = decimal(Math.min(38, precision + 1), scale);
  return sql(
    call,
    type,
  )`CAST(round(${arg(call, 0)}, CAST(${arg(call, 1)} AS INTEGER)) AS DECIMAL(${String(Math.min(38, precision + 1))},${String(scale)}))`;
};

const logarithm = (name: string): string =>
  `CASE WHEN $1 = 0 THEN CAST('-inf' AS DOUBLE) WHEN $1 < 0 THEN CAST('nan' AS DOUBLE) ELSE ${name}($1) END`;

export const math: readonly FunctionEntry[] = [
  scalar("abs(N) -> N", "abs($1)"),
  scalar("sign(I) -> I", (call) => sql(call)`CAST(sign(${arg(call, 0)}) AS ${call.type.kind})`),
  scalar("sign(D) -> D", (call) => sql(call, decimal(1, 0))`CAST(sign(${arg(call, 0)}) AS DECIMAL(1,0))`),
  scalar("sign(double) -> double", "CASE WHEN isnan($1) THEN $1 ELSE CAST(sign($1) AS DOUBLE) END"),
  ...["ceil", "ceiling", "floor"].flatMap((name) => [
    scalar(`${name}(I) -> I`, "$1"),
    scalar(`${name}(F) -> F`, `${name}($1)`),
    scalar(`${name}(D) -> D`, carried(name)),
  ]),
  scalar("round(I) -> I", "$1"),
  scalar("round(F) -> F", "round($1)"),
  scalar("round(D) -> D", carried("round")),
  scalar(
    "round(I, bigint) -> I",
    (call) => sql(call)`CAST(round(${arg(call, 0)}, CAST(${arg(call, 1)} AS INTEGER)) AS ${call.type.kind})`,
  ),
  scalar(
    "round(F, bigint) -> F",
    (call) => sql(call)`round(${arg(call, 0)}, CAST(${arg(call, 1)} AS INTEGER))`,
  ),
  scalar("round(D, bigint) -> D", roundTo),
  scalar("truncate(F) -> F", "trunc($1)"),
  scalar("truncate(D) -> D", (call) => {
    const { precision, scale } = wholeDecimal(call);
    const digits = Math.max(precision - scale, 1);
    return sql(call, decimal(digits, 0))`CAST(trunc(${arg(call, 0)}) AS DECIMAL(${String(digits)},0))`;
  }),
  scalar("truncate(D, bigint) -> D", (call) => {
    const { precision, scale } = wholeDecimal(call);
    return sql(
      call,
    )`CAST(trino_decimal_truncate(CAST(${arg(call, 0)} AS VARCHAR), ${arg(call, 1)}) AS DECIMAL(${String(precision)},${String(scale)}))`;
  }),
  scalar("mod(N, N) -> N", (call) => modulus(arg(call, 0), arg(call, 1), call.node)),
  ...one("exp sin cos tan sinh cosh tanh atan degrees radians", "@($1)"),
  ...one(
    "asin acos",
    "CASE WHEN $1 BETWEEN -1 AND 1 THEN @($1) WHEN $1 IS NULL THEN NULL ELSE CAST('nan' AS DOUBLE) END",
  ),
  // The C library's cube root may be off in the last digit for cubes of whole numbers; Java's is not.
  scalar(
    "cbrt(double) -> double",
    "CASE WHEN pow(round(cbrt($1)), 3) = $1 THEN round(cbrt($1)) ELSE cbrt($1) END",
  ),
  scalar("sqrt(double) -> double", "CASE WHEN $1 < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt($1) END"),
  scalar("ln(double) -> double", logarithm("ln")),
  scalar("log2(double) -> double", logarithm("log2")),
  scalar("log10(double) -> double", logarithm("log10")),
  scalar(
    "log(double, double) -> double",
    "(CASE WHEN $2 = 0 THEN CAST('-inf' AS DOUBLE) WHEN $1 <= 0 OR $2 < 0 THEN CAST('nan' AS DOUBLE) ELSE ln($2) / ln($1) END)",
  ),
  scalar("atan2(double, double) -> double", "atan2($1, $2)"),
  scalar("pow(double, double) -> double", "pow($1, $2)"),
  scalar("power(double, double) -> double", "pow($1, $2)"),
  scalar("pi() -> double", "pi()"),
  scalar("e() -> double", "exp(CAST(1 AS DOUBLE))"),
  scalar("nan() -> double", "CAST('nan' AS DOUBLE)"),
  scalar("infinity() -> double", "CAST('inf' AS DOUBLE)"),
  scalar("is_nan(double) -> boolean", "isnan($1)"),
  scalar("is_finite(double) -> boolean", "isfinite($1)"),
  scalar("is_infinite(double) -> boolean", "isinf($1)"),
  volatile("random() -> double", "random()"),
  volatile("rand() -> double", "random()"),
  volatile("random(bigint) -> bigint", "CAST(floor(random() * $1) AS BIGINT)"),
  volatile("rand(bigint) -> bigint", "CAST(floor(random() * $1) AS BIGINT)"),
  ...["random", "rand"].map((name) =>
    volatile(`${name}(bigint, bigint) -> bigint`, "($1 + CAST(floor(random() * ($2 - $1)) AS BIGINT))"),
  ),
  volatile("uuid() -> uuid", "uuid()"),
  scalar("width_bucket(double, double, double, bigint) -> bigint", widthBucket),
  scalar("width_bucket(double, array(double)) -> bigint", (call) => {
    const [x, bins] = [arg(call, 0), arg(call, 1)];
    const bad = raise(
      BIGINT,
      "INVALID_FUNCTION_ARGUMENT",
      "Bins must be one or more numbers in ascending order",
    );
    return sql(
      call,
    )`CASE WHEN len(${bins}) = 0 OR list_sort(${bins}) <> ${bins} OR len(list_distinct(${bins})) < len(${bins}) OR isnan(${x}) THEN ${bad} WHEN ${x} IS NOT NULL AND ${bins} IS NOT NULL THEN CAST(len(list_filter(${bins}, lambda b: b <= ${x})) AS BIGINT) END`;
  }),
  scalar("from_base(varchar, bigint) -> bigint", "trino_from_base($1, CAST($2 AS INTEGER))"),
  scalar("to_base(bigint, bigint) -> varchar", "trino_to_base($1, CAST($2 AS INTEGER))"),
];

function widthBucket(call: Invocation) {
  const [x, low, high, count] = [arg(call, 0), arg(call, 1), arg(call, 2), arg(call, 3)];
  const bad = raise(
    BIGINT,
    "INVALID_FUNCTION_ARGUMENT",
    "bucketCount must be greater than 0, and the bounds differ",
  );
  const share = sql(call, DOUBLE)`((${x} - ${low}) / (${high} - ${low}))`;
  return sql(
    call,
  )`CASE WHEN ${count} <= 0 OR ${low} = ${high} THEN ${bad} WHEN ${share} < 0 THEN CAST(0 AS BIGINT) WHEN ${share} >= 1 THEN ${count} + 1 ELSE CAST(floor(${share} * ${count}) AS BIGINT) + 1 END`;
}
