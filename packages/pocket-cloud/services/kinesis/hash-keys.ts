import { createHash } from "node:crypto";

/** A 128-bit number as 32 hexadecimal digits, so that hash keys compare as text. */
export type HashKey = string;

const SPACE = 1n << 128n;
export const LARGEST_KEY = SPACE - 1n;

export const fromDecimal = (decimal: string): HashKey => toHex(BigInt(decimal));
export const toDecimal = (key: HashKey): string => toNumber(key).toString();
export const toNumber = (key: HashKey): bigint => BigInt(`0x${key}`);
export const toHex = (number: bigint): HashKey => number.toString(16).padStart(32, "0");

export const hashOf = (partitionKey: string): HashKey => createHash("md5").update(partitionKey).digest("hex");

export interface HashRange {
  readonly start: HashKey;
  readonly end: HashKey;
}

/** The whole key space in `count` ranges of equal size, as AWS divides a new stream. */
export function evenRanges(count: number): HashRange[] {
  const size = SPACE / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: toHex(size * BigInt(index)),
    end: toHex(index === count - 1 ? LARGEST_KEY : size * BigInt(index + 1) - 1n),
  }));
}

/** The range that contains a key. The ranges are sorted by start and have no gaps. */
export function rangeOf<T extends { readonly start: HashKey }>(ranges: readonly T[], key: HashKey): T {
  let low = 0;
  let high = ranges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((ranges[middle] as T).start <= key) low = middle;
    else high = middle - 1;
  }
  return ranges[low] as T;
}
