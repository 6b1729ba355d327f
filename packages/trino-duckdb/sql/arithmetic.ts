import { coerce } from "./casts";
import { build, type Expr, make } from "./expr";
import { fail, type Node } from "./failure";
import { milliseconds, months, ofMilliseconds, ofMonths } from "./intervals";
import { raise } from "./raise";
import {
  BIGINT,
  commonType,
  DATE,
  decimal,
  duckType,
  isInteger,
  isNumeric,
  type Kind,
  type Type,
  timestamp,
  timestampTz,
  typeName,
} from "./types";
import { instantOf, wallClock } from "./zones";

export type Operator = "+" | "-" | "*" | "/" | "%";

/** Binary arithmetic with Trino's result types. */
export function arithmetic(operator: Operator, left: Expr, right: Expr, node: Node): Expr {
  const [a, b] = typedNulls(left, right);
  if (isNumeric(a.type) && isNumeric(b.type)) return numeric(operator, a, b, node);
  return (
    withInterval(operator, a, b) ??
    fail(
      "TYPE_MISMATCH",
      `Cannot apply operator: ${typeName(left.type)} ${operator} ${typeName(right.type)}`,
      node,
    )
  );
}

/** A NULL literal takes the type of the other side. */
function typedNulls(left: Expr, right: Expr): [Expr, Expr] {
  if (left.type.kind === "unknown" && isNumeric(right.type)) return [coerce(left, right.type), right];
  if (right.type.kind === "unknown" && isNumeric(left.type)) return [left, coerce(right, left.type)];
  return [left, right];
}

function numeric(operator: Operator, left: Expr, right: Expr, node: Node): Expr {
  const type = commonType(left.type, right.type);
  if (!type)
    return fail(
      "TYPE_MISMATCH",
      `Cannot apply operator: ${typeName(left.type)} ${operator} ${typeName(right.type)}`,
      node,
    );
  if (type.kind === "decimal") return decimalArithmetic(operator, left, right);
  const [a, b] = [coerce(left, type), coerce(right, type)];
  if (operator === "/")
    return isInteger(type) ? unlessZero(type, b, make(type)`(${a} // ${b})`, a) : make(type)`(${a} / ${b})`;
  if (operator === "%")
    return isInteger(type) ? unlessZero(type, b, remainder(type, a, b), a) : make(type)`(${a} % ${b})`;
  return make(type)`(${a} ${operator} ${b})`;
}

/** DuckDB's remainder of the least bigint and -1 overflows. */
const remainder = (type: Type, a: Expr, b: Expr): Expr =>
  typeof b.literal === "number" && b.literal !== -1
    ? make(type)`(${a} % ${b})`
    : make(type)`CASE WHEN ${b} = -1 THEN ${a} - ${a} ELSE ${a} % ${b} END`;

export const modulus = (left: Expr, right: Expr, node: Node): Expr => numeric("%", left, right, node);

/** Division by zero fails in Trino and gives NULL in DuckDB. A literal divisor needs no check. */
function unlessZero(type: Type, divisor: Expr, quotient: Expr, dividend?: Expr): Expr {
  if (typeof divisor.literal === "number" && divisor.literal !== 0) return quotient;
  const result = make(type);
  const isNull = dividend && dividend.literal === undefined ? make(type)` AND ${dividend} IS NOT NULL` : "";
  return result`CASE WHEN ${divisor} = 0${isNull} THEN ${raise(type, "DIVISION_BY_ZERO", "Division by zero")} ELSE ${quotient} END`;
}

interface Digits {
  readonly precision: number;
  readonly scale: number;
}

const wholeDigits: Partial<Record<Kind, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };
const digitsOf = (type: Type): Digits =>
  type.kind === "decimal" ? type : { precision: wholeDigits[type.kind] ?? 38, scale: 0 };

const resultDigits: Readonly<Record<Operator, (a: Digits, b: Digits) => Digits>> = {
  "+": sumDigits,
  "-": sumDigits,
  "*": (a, b) => ({ precision: a.precision + b.precision, scale: a.scale + b.scale }),
  "/": (a, b) => ({
    precision: a.precision + b.scale + Math.max(b.scale - a.scale, 0),
    scale: Math.max(a.scale, b.scale),
  }),
  "%": (a, b) => {
    const scale = Math.max(a.scale, b.scale);
    return { precision: Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale };
  },
};

function sumDigits(a: Digits, b: Digits): Digits {
  const scale = Math.max(a.scale, b.scale);
  return { precision: Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale };
}

/** Division, remainder and products of more than 38 digits are computed in JavaScript: DuckDB's are not exact. */
function decimalArithmetic(operator: Operator, left: Expr, right: Expr): Expr {
  const [a, b] = [digitsOf(left.type), digitsOf(right.type)];
  const digits = resultDigits[operator](a, b);
  const type = decimal(Math.min(38, Math.max(digits.precision, digits.scale, 1)), digits.scale);
  const name = duckType(type);
  const [x, y] = [toDecimal(left, a), toDecimal(right, b)];
  if (operator === "/" || operator === "%") {
    const computed = build(type, [
      `CAST(trino_decimal_${operator === "/" ? "divide" : "remainder"}(CAST(`,
      x,
      " AS VARCHAR), CAST(",
      y,
      ` AS VARCHAR), ${digits.scale}) AS ${name})`,
    ]);
    return unlessZero(type, y, computed, x);
  }
  if (operator === "*") {
    // DuckDB gives a product of two decimals of up to 18 digits no more than 18 digits.
    const narrow = digits.precision > 18 && a.precision <= 18 && b.precision <= 18;
    const wide = narrow ? coerceTo(x, decimal(19, a.scale)) : x;
    if (digits.precision <= 38) return make(type)`CAST(${wide} * ${y} AS ${name})`;
    return make(type)`CAST(trino_decimal_multiply(CAST(${x} AS VARCHAR), CAST(${y} AS VARCHAR)) AS ${name})`;
  }
  return make(type)`CAST(CAST(${x} AS ${name}) ${operator} CAST(${y} AS ${name}) AS ${name})`;
}

const toDecimal = (expr: Expr, digits: Digits): Expr =>
  expr.type.kind === "decimal" ? expr : coerceTo(expr, decimal(digits.precision, digits.scale));

const coerceTo = (expr: Expr, type: Type): Expr =>
  build(
    type,
    ["CAST(", expr, ` AS ${duckType(type)})`],
    expr.literal === undefined ? {} : { literal: expr.literal },
  );

const isInterval = (type: Type): boolean =>
  type.kind === "interval day to second" || type.kind === "interval year to month";

function withInterval(operator: Operator, left: Expr, right: Expr): Expr | undefined {
  if (operator === "+" && isInterval(left.type) && !isInterval(right.type))
    return withInterval("+", right, left);
  if (operator === "*" && isInterval(right.type) && !isInterval(left.type))
    return withInterval("*", right, left);
  if (isInterval(left.type)) return betweenIntervals(operator, left, right);
  if (operator === "-") {
    const common = commonType(left.type, right.type);
    if (left.type.kind === right.type.kind) return difference(left, right);
    if (common && !isInterval(right.type)) return difference(coerce(left, common), coerce(right, common));
  }
  if ((operator !== "+" && operator !== "-") || !isInterval(right.type)) return undefined;
  if (left.type.kind === "date") return dateShift(operator, left, right);
  if (left.type.kind === "time" && right.type.kind === "interval day to second")
    return make({
      kind: "time",
      precision: Math.max(left.type.precision, 3),
    })`(${left} ${operator} ${right})`;
  if (left.type.kind === "timestamp") {
    const type = timestamp(
      Math.max(left.type.precision, right.type.kind === "interval day to second" ? 3 : 0),
    );
    return make(type)`(${left} ${operator} ${right})`;
  }
  return left.type.kind === "timestamp with time zone" ? zonedShift(operator, left, right) : undefined;
}

/** Months are added to the date in the zone, days and times to the instant. */
function zonedShift(operator: Operator, left: Expr, right: Expr): Expr | undefined {
  if (left.type.kind !== "timestamp with time zone") return undefined;
  const { zone, precision } = left.type;
  if (right.type.kind === "interval day to second")
    return make(timestampTz(zone, Math.max(precision, 3)))`(${left} ${operator} ${right})`;
  return instantOf(make(timestamp(precision))`(${wallClock(left)} ${operator} ${right})`, left.type);
}

function betweenIntervals(operator: Operator, left: Expr, right: Expr): Expr | undefined {
  if ((operator === "+" || operator === "-") && left.type.kind === right.type.kind)
    return make(left.type)`(${left} ${operator} ${right})`;
  if ((operator !== "*" && operator !== "/") || !(isInteger(right.type) || right.type.kind === "double"))
    return undefined;
  // Trino multiplies and divides the number of milliseconds or months, and cuts its fraction.
  const [count, of] =
    left.type.kind === "interval day to second"
      ? [milliseconds(left), ofMilliseconds]
      : [months(left), ofMonths];
  if (isInteger(right.type))
    return of(
      operator === "*"
        ? product(count, right)
        : unlessZero(BIGINT, right, make(BIGINT)`(${count} // ${right})`),
    );
  return of(make(BIGINT)`CAST(trunc(${count} ${operator} ${right}) AS BIGINT)`);
}

/** Java's product of longs wraps around. */
function product(count: Expr, factor: Expr): Expr {
  const wide = make(BIGINT)`(CAST(${count} AS HUGEINT) * ${factor})`;
  const overflow = raise(
    BIGINT,
    "NOT_SUPPORTED",
    "an interval of more than 64 bits is not supported by the embedded cloud",
  );
  return make(
    BIGINT,
  )`CASE WHEN abs(${wide}) > 9223372036854775807 THEN ${overflow} ELSE CAST(${wide} AS BIGINT) END`;
}

/** A date plus whole days is a date. Trino refuses intervals with a part of a day. */
function dateShift(operator: Operator, left: Expr, right: Expr): Expr {
  const shifted = make(DATE)`CAST(${left} ${operator} ${right} AS DATE)`;
  if (right.type.kind === "interval year to month") return shifted;
  const partial = raise(DATE, "INVALID_FUNCTION_ARGUMENT", "Cannot add hour, minutes or seconds to a date");
  const result = make(DATE);
  return result`CASE WHEN ${left} IS NULL OR ${right} IS NULL THEN NULL WHEN epoch_us(TIMESTAMP '2000-01-01' + ${right}) % 86400000000 = 0 THEN ${shifted} ELSE ${partial} END`;
}

const interval: Type = { kind: "interval day to second" };

function difference(left: Expr, right: Expr): Expr | undefined {
  if (left.type.kind === "date")
    return make(interval)`to_days(CAST(date_diff('day', ${right}, ${left}) AS INTEGER))`;
  // The difference in milliseconds: io.trino.operator.scalar.timestamp.TimestampOperators.
  if (["timestamp", "timestamp with time zone", "time"].includes(left.type.kind))
    return ofMilliseconds(
      make(BIGINT)`CAST(floor((epoch_us(${left}) - epoch_us(${right}) + 500) / 1000.0) AS BIGINT)`,
    );
  return undefined;
}
