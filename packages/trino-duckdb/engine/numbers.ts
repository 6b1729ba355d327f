/** Digits and exponent of a number's shortest text: 0.00125 is 1.25e-3. */
function shortest(value: number): { sign: string; digits: string; exponent: number } {
  const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  return {
    sign: value < 0 || Object.is(value, -0) ? "-" : "",
    digits: mantissa.replace(".", ""),
    exponent: Number(exponent),
  };
}

const special = (value: number): string | undefined =>
  Number.isNaN(value) ? "NaN" : Number.isFinite(value) ? undefined : value > 0 ? "Infinity" : "-Infinity";

/** CAST(double AS varchar): always with an exponent, 1.5E0. */
export function scientific(value: number): string {
  const { sign, digits, exponent } = shortest(value);
  if (value === 0) return `${sign}0E0`;
  return special(value) ?? `${sign}${digits[0] ?? "0"}.${digits.slice(1) || "0"}E${exponent}`;
}

/** The text of a double in results: Java's, without an exponent from 1e-3 up to 1e7. */
export function javaText(value: number): string {
  const plain = special(value);
  if (plain) return plain;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return scientific(value);
  const text = String(value);
  return `${Object.is(value, -0) ? "-" : ""}${text.includes(".") ? text : `${text}.0`}`;
}

/** The number with the fewest digits that rounds to the same 32-bit float. */
export function shortestReal(value: number): number {
  // The text of -0 has no sign.
  if (value === 0) return value;
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

/** "1 02:03:04.567" */
export function dayTimeText(milliseconds: bigint): string {
  const size = milliseconds < 0n ? -milliseconds : milliseconds;
  const pad = (part: bigint, width: number) => String(part).padStart(width, "0");
  const clock = [size / 3_600_000n, size / 60_000n, size / 1000n].map((part, i) =>
    pad(part % (i === 0 ? 24n : 60n), 2),
  );
  return `${milliseconds < 0n ? "-" : ""}${size / 86_400_000n} ${clock.join(":")}.${pad(size % 1000n, 3)}`;
}

/** "1-2" */
export function yearMonthText(months: number): string {
  const size = Math.abs(months);
  return `${months < 0 ? "-" : ""}${Math.floor(size / 12)}-${size % 12}`;
}
