import { BIGINT, DOUBLE, INTEGER, VARCHAR } from "@duckdb/node-api";
import { dayTimeText, scientific, shortestReal, yearMonthText } from "../numbers";
import { formatNumber, javaDouble } from "./format-number";
import { fail, type Native } from "./native";

const units = (text: string): { value: bigint; scale: number } => {
  const [whole = "", fraction = ""] = text.split(".");
  return { value: BigInt(whole + fraction), scale: fraction.length };
};

const decimalText = (value: bigint, scale: number): string => {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${value < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
};

const aligned = (a: string, b: string): { x: bigint; y: bigint; scale: number } => {
  const [left, right] = [units(a), units(b)];
  const scale = Math.max(left.scale, right.scale);
  const at = ({ value, scale: own }: { value: bigint; scale: number }) => value * 10n ** BigInt(scale - own);
  return { x: at(left), y: at(right), scale };
};

/** Rounds half away from zero. */
function divideRounded(x: bigint, y: bigint): bigint {
  const negative = x < 0n !== y < 0n;
  const [a, b] = [x < 0n ? -x : x, y < 0n ? -y : y];
  const quotient = (2n * a + b) / (2n * b);
  return negative ? -quotient : quotient;
}

/** Fails on digits outside the base and on values beyond 64 bits. */
function fromBase(text: string, radix: number): bigint {
  const bad = () => fail("INVALID_FUNCTION_ARGUMENT", `Not a valid base-${radix} number: ${text}`);
  if (!(radix >= 2 && radix <= 36))
    return fail("INVALID_FUNCTION_ARGUMENT", "Radix must be between 2 and 36");
  const [, sign = "", digits = ""] = /^([+-]?)([0-9a-zA-Z]+)$/.exec(text) ?? [];
  if (digits === "") return bad();
  let value = 0n;
  for (const digit of digits) {
    const one = Number.parseInt(digit, 36);
    if (one >= radix) return bad();
    value = value * BigInt(radix) + BigInt(one);
  }
  const signed = sign === "-" ? -value : value;
  return signed === BigInt.asIntN(64, signed) ? signed : bad();
}

/** Java shifts by the last five bits of a negative number, or by the last six for bigint. */
const javaShift = (by: bigint, bits: bigint): bigint => by & (bits === 64n ? 63n : 31n);

/** Exact decimal arithmetic, and numbers and intervals as Java writes them. */
export const numberNatives: readonly Native[] = [
  { name: "trino_double_text", takes: [DOUBLE], gives: VARCHAR, run: (value: number) => scientific(value) },
  {
    name: "trino_real_text",
    takes: [DOUBLE],
    gives: VARCHAR,
    run: (value: number) => scientific(shortestReal(value)),
  },
  { name: "trino_format_number", takes: [VARCHAR, VARCHAR], gives: VARCHAR, run: formatNumber },
  { name: "trino_java_double", takes: [VARCHAR], gives: VARCHAR, run: javaDouble },
  { name: "trino_day_time_text", takes: [BIGINT], gives: VARCHAR, run: dayTimeText },
  {
    name: "trino_year_month_text",
    takes: [BIGINT],
    gives: VARCHAR,
    run: (months: bigint) => yearMonthText(Number(months)),
  },
  {
    name: "trino_decimal_divide",
    takes: [VARCHAR, VARCHAR, INTEGER],
    gives: VARCHAR,
    run: (a: string, b: string, scale: number) => {
      const { x, y } = aligned(a, b);
      return y === 0n
        ? fail("DIVISION_BY_ZERO", "Division by zero")
        : decimalText(divideRounded(x * 10n ** BigInt(scale), y), scale);
    },
  },
  {
    name: "trino_decimal_remainder",
    takes: [VARCHAR, VARCHAR, INTEGER],
    gives: VARCHAR,
    run: (a: string, b: string) => {
      const { x, y, scale } = aligned(a, b);
      return y === 0n ? fail("DIVISION_BY_ZERO", "Division by zero") : decimalText(x % y, scale);
    },
  },
  {
    name: "trino_decimal_truncate",
    takes: [VARCHAR, BIGINT],
    gives: VARCHAR,
    run: (text: string, places: bigint) => {
      const { value, scale } = units(text);
      const step = 10n ** BigInt(Math.max(0, Math.min(scale + 38, scale - Number(places))));
      return decimalText((value / step) * step, scale);
    },
  },
  {
    name: "trino_decimal_multiply",
    takes: [VARCHAR, VARCHAR],
    gives: VARCHAR,
    run: (a: string, b: string) => {
      const [x, y] = [units(a), units(b)];
      return decimalText(x.value * y.value, x.scale + y.scale);
    },
  },
  { name: "trino_from_base", takes: [VARCHAR, INTEGER], gives: BIGINT, run: fromBase },
  {
    name: "trino_shift_left",
    takes: [BIGINT, BIGINT, BIGINT],
    gives: BIGINT,
    run: (value: bigint, by: bigint, bits: bigint) =>
      BigInt.asIntN(Number(bits), by >= bits ? 0n : value << javaShift(by, bits)),
  },
  {
    name: "trino_shift_right",
    takes: [BIGINT, BIGINT, BIGINT],
    gives: BIGINT,
    run: (value: bigint, by: bigint, bits: bigint) =>
      BigInt.asIntN(
        Number(bits),
        by >= bits ? 0n : BigInt.asUintN(Number(bits), value) >> javaShift(by, bits),
      ),
  },
  {
    name: "trino_shift_right_arithmetic",
    takes: [BIGINT, BIGINT, BIGINT],
    gives: BIGINT,
    run: (value: bigint, by: bigint, bits: bigint) =>
      by >= bits ? (value < 0n ? -1n : 0n) : value >> javaShift(by, bits),
  },
  {
    name: "trino_bit_count",
    takes: [BIGINT, BIGINT],
    gives: BIGINT,
    run: (value: bigint, bits: bigint) => {
      if (bits < 2n || bits > 64n || value !== BigInt.asIntN(Number(bits), value))
        return fail(
          "INVALID_FUNCTION_ARGUMENT",
          `Number must be representable with the bits specified. ${value} cannot be represented with ${bits} bits`,
        );
      return BigInt([...BigInt.asUintN(Number(bits), value).toString(2)].filter((bit) => bit === "1").length);
    },
  },
  {
    name: "trino_to_base",
    takes: [BIGINT, INTEGER],
    gives: VARCHAR,
    run: (value: bigint, radix: number) => value.toString(radix),
  },
];
