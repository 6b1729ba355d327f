/** A 32-bit hash of two integers with good mixing. */
export function hash(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Uniform in [0, 1). */
export const uniform = (series: number, index: number): number => hash(series, index) / 2 ** 32;

/**
 * Value noise in [-1, 1): random values at whole x, smooth interpolation between. Constant cost for any x.
 */
export function noise(series: number, x: number): number {
  const index = Math.floor(x);
  const f = x - index;
  const from = uniform(series, index);
  const to = uniform(series, index + 1);
  return 2 * (from + (to - from) * f * f * (3 - 2 * f)) - 1;
}

/** Hash of a name, so that a coin's prices depend on its id and not on its position. */
export function seriesOf(seed: number, name: string): number {
  let h = hash(seed, name.length);
  for (let i = 0; i < name.length; i++) h = hash(h, name.charCodeAt(i));
  return h;
}
