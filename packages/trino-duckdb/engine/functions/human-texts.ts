import { BIGINT, DOUBLE, VARCHAR } from "@duckdb/node-api";
import { LONGEST } from "../errors";
import { fail, type Native } from "./native";

const bad = (message: string): never => fail("INVALID_FUNCTION_ARGUMENT", message);

/** 1234567 is 1.23M: three digits, rounded half to even, and a suffix for each factor of 1000. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  const suffixes = ["", "K", "M", "B", "T", "Q"];
  const power = Math.min(suffixes.length - 1, size < 1000 ? 0 : Math.floor(Math.log10(size) / 3 + 1e-12));
  const scaled = size / 1000 ** power;
  const places = power === 0 ? 0 : scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
  const factor = 10 ** places;
  const exact = scaled * factor;
  const down = Math.floor(exact);
  const rounded = exact - down > 0.5 || (exact - down === 0.5 && down % 2 === 1) ? down + 1 : down;
  return `${value < 0 && rounded !== 0 ? "-" : ""}${rounded / factor}${suffixes[power]}`;
}

const units = [
  [604_800, "week"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

/** 96 is "1 minute, 36 seconds". */
function readableSeconds(value: number): string {
  if (!Number.isFinite(value)) return bad(`Invalid argument found: ${value}`);
  let left = Math.round(Math.abs(value));
  if (left >= 2 ** 63) left = 2 ** 63;
  let rest = BigInt(left) > 9_223_372_036_854_775_807n ? 9_223_372_036_854_775_807n : BigInt(left);
  if (rest === 0n) return "0 seconds";
  const parts = units.flatMap(([size, name]) => {
    const count = rest / BigInt(size);
    rest %= BigInt(size);
    return count === 0n ? [] : [`${count} ${name}${count === 1n ? "" : "s"}`];
  });
  return parts.join(", ");
}

const sizes = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

/** Sizes are decimals of 38 digits. */
const MOST_BYTES = 10n ** 38n - 1n;
/** More digits of the fraction do not change the number of whole bytes: a yottabyte has 2^80. */
const FRACTION_DIGITS = 80;

/** The bytes of 2.3MB, with units of 1024, as the text of a decimal. */
function dataSize(text: string): string {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]+)$/.exec(text) ?? [];
  const power = sizes.indexOf(unit);
  if (power < 0) return bad(`Invalid data size: '${text}'`);
  const [digits = "", allDecimals = ""] = number.split(".");
  const [whole, fraction] = [digits.replace(/^0+/, ""), allDecimals.slice(0, FRACTION_DIGITS)];
  const outOfRange = (bytes: string) =>
    fail("NUMERIC_VALUE_OUT_OF_RANGE", `Value out of range: '${text.slice(0, LONGEST)}' ('${bytes}B')`);
  // Converting it would take hours. The message is cut before the bytes.
  if (whole.length > LONGEST) return outOfRange("");
  const bytes = (BigInt(whole + fraction) * 1024n ** BigInt(power)) / 10n ** BigInt(fraction.length);
  return bytes > MOST_BYTES ? outOfRange(String(bytes)) : String(bytes);
}

const durations: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The milliseconds of 3.5d. */
function duration(text: string): bigint {
  const [, number = "", unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/.exec(text) ?? [];
  const size = durations[unit];
  return size === undefined ? bad(`Invalid duration: ${text}`) : BigInt(Math.round(Number(number) * size));
}

const soundexCodes = "01230120022455012623010202";

/** American Soundex: a letter and three digits. H and W do not separate equal codes. */
function soundex(text: string): string {
  const letters = [...text.toUpperCase()].filter((letter) => /\p{L}/u.test(letter));
  const foreign = letters.find((letter) => !/[A-Z]/.test(letter));
  if (foreign) return bad(`The character is not mapped: ${foreign}`);
  const [first] = letters;
  if (first === undefined) return "";
  const code = (letter: string) => soundexCodes[letter.charCodeAt(0) - 65] ?? "0";
  let [result, last] = [first, code(first)];
  for (const letter of letters.slice(1)) {
    const own = code(letter);
    if (own !== "0" && own !== last) result += own;
    if (!"HW".includes(letter)) last = own;
  }
  return result.padEnd(4, "0").slice(0, 4);
}

export const humanNatives: readonly Native[] = [
  { name: "trino_human_number", takes: [DOUBLE], gives: VARCHAR, run: formatNumber },
  { name: "trino_readable_seconds", takes: [DOUBLE], gives: VARCHAR, run: readableSeconds },
  { name: "trino_data_size", takes: [VARCHAR], gives: VARCHAR, run: dataSize },
  { name: "trino_duration", takes: [VARCHAR], gives: BIGINT, run: duration },
  {
    name: "trino_normalize",
    takes: [VARCHAR, VARCHAR],
    gives: VARCHAR,
    run: (text: string, form: string) => text.normalize(form),
  },
  { name: "trino_soundex", takes: [VARCHAR], gives: VARCHAR, run: soundex },
];
