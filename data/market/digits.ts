const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** To eight significant digits, as Number(value.toPrecision(8)), without the detour through text. */
export function eightDigits(value: number): number {
  if (value === 0) return 0;
  const exponent = 7 - Math.floor(Math.log10(Math.abs(value)));
  // Powers of ten are exact up to here.
  const power = POWERS[Math.abs(exponent)];
  if (power === undefined) return Number(value.toPrecision(8));
  return exponent >= 0 ? Math.round(value * power) / power : Math.round(value / power) * power;
}
