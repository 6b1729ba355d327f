import { DOUBLE, VARCHAR } from "@duckdb/node-api";
import type { Native } from "./native";

interface Format {
  /** Bits of the significand. */
  readonly bits: number;
  /** Exponent of the smallest positive number. */
  readonly smallest: number;
}

const double: Format = { bits: 53, smallest: -1074 };
const real: Format = { bits: 24, smallest: -149 };

const length = (whole: bigint): number => (whole === 0n ? 0 : whole.toString(2).length);

/** Drops bits and rounds half to even. */
function withoutBits(whole: bigint, count: number): bigint {
  if (count <= 0) return whole;
  if (count > length(whole)) return 0n;
  const kept = whole >> BigInt(count);
  const dropped = whole - (kept << BigInt(count));
  const half = 1n << BigInt(count - 1);
  const up = dropped > half || (dropped === half && kept % 2n === 1n);
  return up ? kept + 1n : kept;
}

/** whole * 2 ** exponent, rounded once. */
function scaled(whole: bigint, exponent: number, { bits, smallest }: Format): number {
  if (whole === 0n) return 0;
  const dropped = Math.max(0, length(whole) - bits, smallest - exponent);
  const significand = Number(withoutBits(whole, dropped));
  return significand === 0 ? 0 : significand * 2 ** (exponent + dropped);
}

const PATTERN = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)[df]?$/;

/** The value of a text such as 0x1.8p3. The caller has checked its syntax; characters up to U+0020 may be around it. */
function hexFloat(text: string, format: Format): number {
  const bare = text.replace(/[\0-\x20]+/g, "").toLowerCase();
  const [, sign, whole = "", fraction = "", power] = PATTERN.exec(bare) ?? [];
  const exponent = Number(power) - 4 * fraction.length;
  const size = scaled(BigInt(`0x${whole}${fraction}`), exponent, format);
  return sign === "-" ? -size : size;
}

export const hexNatives: readonly Native[] = [
  {
    name: "trino_hex_double",
    takes: [VARCHAR],
    gives: DOUBLE,
    run: (text: string) => hexFloat(text, double),
  },
  {
    name: "trino_hex_real",
    takes: [VARCHAR],
    gives: DOUBLE,
    run: (text: string) => Math.fround(hexFloat(text, real)),
  },
];
