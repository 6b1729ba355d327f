import { invalidInput } from "../errors";

/** A value of a partition key in a form that compares: text, or a number for numbers, dates and timestamps. */
export type Comparable = string | number | bigint;

const INTEGERS = ["tinyint", "smallint", "int", "integer", "bigint", "long"];
const DECIMALS = ["decimal", "double", "float"];

/** Reads texts as values of a key's type. Undefined for a text that is not such a value; it matches no condition. */
export function readerOf(type: string): (text: string) => Comparable | undefined {
  const name = type.toLowerCase().replace(/\(.*$/, "").trim();
  if (INTEGERS.includes(name))
    return (text) => (/^\s*[+-]?\d+\s*$/.test(text) ? BigInt(text.trim().replace(/^\+/, "")) : undefined);
  if (DECIMALS.includes(name))
    return (text) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined);
  if (name === "date" || name === "timestamp") return instant;
  if (["string", "char", "varchar"].includes(name)) return (text) => text;
  throw invalidInput(`Partition key type ${type} is not supported in an expression`);
}

function instant(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2}(?:\.\d+)?))?$/.exec(text.trim());
  const millis = match ? Date.parse(`${match[1]}T${match[2] ?? "00:00:00"}Z`) : Number.NaN;
  return Number.isNaN(millis) ? undefined : millis;
}

/** Negative, zero or positive. Strings compare by their UTF-8 bytes. */
export function compare(a: Comparable, b: Comparable): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The pattern of LIKE: % matches any characters, _ any one character. */
export function likePattern(text: string): RegExp {
  const source = [...text]
    .map((c) => (c === "%" ? ".*" : c === "_" ? "." : c.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source}$`, "su");
}
