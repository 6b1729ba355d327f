const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** Rounds to eight significant digits, as Number(value.toPrecision(8)) does, but without text. */
export function eightDigits(value: number): number {
  if (value === 0) return 0;
  const exponent = 7 - Math.floor(Math.log10(Math.abs(value)));
  // Powers of ten are exact doubles up to 10^22.
  const power = POWERS[Math.abs(exponent)];
  if (power === undefined) return Number(value.toPrecision(8));
  return exponent >= 0 ? Math.round(value * power) / power : Math.round(value / power) * power;
}
