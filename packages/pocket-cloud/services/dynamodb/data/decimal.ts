import { validationError } from "../../../errors";

/** A DynamoDB number: exact, with up to 38 significant digits. */
interface Decimal {
  readonly units: bigint;
  /** The value is units × 10^exponent. */
  readonly exponent: number;
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Numbers that are already canonical, and need no parsing. */
const PLAIN = /^(?:0|-?[1-9]\d{0,14}(?:\.\d{0,14}[1-9])?|-?0\.\d{0,14}[1-9])$/;

function parse(text: string): Decimal {
  const match = NUMBER.exec(text);
  const [, sign = "", whole = "", fraction = "", power = "0"] = match ?? [];
  if (!match || whole + fraction === "")
    throw validationError(`The parameter cannot be converted to a numeric value: ${text}`);
  const digits = (whole + fraction).replace(/^0+(?=\d)/, "");
  const trimmed = digits.replace(/0+$/, "");
  if (trimmed === "") return { units: 0n, exponent: 0 };
  const exponent = Number(power) - fraction.length + (digits.length - trimmed.length);
  if (trimmed.length > 38)
    throw validationError("Attempting to store more than 38 significant digits in a Number");
  const magnitude = exponent + trimmed.length - 1;
  if (magnitude > 125)
    throw validationError(
      "Number overflow. Attempting to store a number with magnitude larger than supported range",
    );
  if (magnitude < -130)
    throw validationError(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    );
  return { units: BigInt((sign === "-" ? "-" : "") + trimmed), exponent };
}

function format({ units, exponent }: Decimal): string {
  if (units === 0n) return "0";
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString();
  const sign = negative ? "-" : "";
  if (exponent >= 0) return sign + digits + "0".repeat(exponent);
  const point = digits.length + exponent;
  const text =
    point > 0 ? `${digits.slice(0, point)}.${digits.slice(point)}` : `0.${"0".repeat(-point)}${digits}`;
  return sign + text;
}

/** The form in which numbers are stored and returned: 1.50 becomes 1.5. */
export const canonical = (text: string): string => (PLAIN.test(text) ? text : format(parse(text)));

const aligned = (a: Decimal, b: Decimal): [bigint, bigint, number] => {
  const exponent = Math.min(a.exponent, b.exponent);
  return [
    a.units * 10n ** BigInt(a.exponent - exponent),
    b.units * 10n ** BigInt(b.exponent - exponent),
    exponent,
  ];
};

export function add(a: string, b: string): string {
  const [left, right, exponent] = aligned(parse(a), parse(b));
  return canonical(format({ units: left + right, exponent }));
}

export const subtract = (a: string, b: string): string =>
  add(a, b.trimStart().startsWith("-") ? b.trim().slice(1) : `-${b.trim().replace(/^\+/, "")}`);

export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length <= 15 && b.length <= 15) return Number(a) - Number(b);
  const [left, right] = aligned(parse(a), parse(b));
  return left < right ? -1 : left > right ? 1 : 0;
}
