import { javaText } from "../numbers";

const SPEC = /^%([-0,+ (]*)(\d*)(?:\.(\d+))?([dfex])$/;

/** Java's %d, %f, %e and %x for a number given as text, rounded half up from its decimal digits. */
export function formatNumber(spec: string, text: string): string {
  const [, flags = "", width = "", precision = "6", kind = "d"] = SPEC.exec(spec) ?? [];
  const special = { nan: "NaN", inf: "Infinity", "-inf": "-Infinity" }[text];
  const negative = text.startsWith("-");
  const size = negative ? text.slice(1) : text;
  const digits = special?.replace("-", "") ?? numeral(kind, size, Number(precision), flags.includes(","));
  const sign = negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const [open, close] = negative && flags.includes("(") ? ["(", ")"] : [sign, ""];
  const bare = `${open}${digits}${close}`;
  const missing = Math.max(0, Number(width) - bare.length);
  if (flags.includes("-")) return bare + " ".repeat(missing);
  if (flags.includes("0") && !special) return `${open}${"0".repeat(missing)}${digits}${close}`;
  return " ".repeat(missing) + bare;
}

function numeral(kind: string, size: string, precision: number, grouped: boolean): string {
  if (kind === "x") return BigInt(size).toString(16);
  if (kind === "e") return scientific(size, precision);
  const [whole = "0", fraction] = (kind === "d" ? size : fixed(size, precision)).split(".");
  const parts = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return fraction === undefined ? parts : `${parts}.${fraction}`;
}

/** 1.25e-3 as the integer 125 and the scale 5. */
function unscaled(text: string): { value: bigint; scale: number } {
  const [mantissa = "0", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(exponent);
  const value = BigInt(whole + fraction);
  return scale >= 0 ? { value, scale } : { value: value * 10n ** BigInt(-scale), scale: 0 };
}

export function fixed(text: string, places: number): string {
  const { value, scale } = unscaled(text);
  const cut = 10n ** BigInt(Math.max(0, scale - places));
  const rounded = scale > places ? (value + cut / 2n) / cut : value * 10n ** BigInt(places - scale);
  const digits = rounded.toString().padStart(places + 1, "0");
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function scientific(text: string, places: number): string {
  const { value, scale } = unscaled(text);
  const digits = value.toString();
  const exponent = value === 0n ? 0 : digits.length - 1 - scale;
  const mantissa = fixed(`${value}e${-(digits.length - 1)}`, places);
  // 9.99 can round to 10.0.
  const carried = mantissa.startsWith("10");
  const power = carried ? exponent + 1 : exponent;
  const shown = carried ? fixed(`${value}e${-digits.length}`, places) : mantissa;
  return `${shown}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Java's %s of a double. */
export const javaDouble = (text: string): string =>
  javaText(text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text));
