import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { nestedTooDeeply, validationError } from "../../../errors";
import { loggedAsBase64 } from "../../../storage/change-log";
import { canonical, compareNumbers } from "./decimal";

export type Item = Readonly<Record<string, AttributeValue>>;
export type Type = "S" | "N" | "B" | "SS" | "NS" | "BS" | "BOOL" | "NULL" | "L" | "M";

const TYPES: ReadonlySet<string> = new Set(["S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M"]);
/** Lists and maps around a scalar. Source: nubo-db/dynoxide#110 on GitHub, measured: 31 are accepted, 32 are not. */
const MAX_DEPTH = 31;

export function typeOf(value: AttributeValue): Type {
  for (const name in value) return name as Type;
  throw new Error("an attribute value without a type was stored");
}

/** The content of a value of any type. */
export const contentOf = (value: AttributeValue): unknown =>
  (value as unknown as Record<string, unknown>)[typeOf(value)];

const bytes = (value: Uint8Array): Buffer => Buffer.from(value.buffer, value.byteOffset, value.byteLength);

/**
 * Checks a value and returns its canonical form: the same object when it is canonical already, as most are. Sharing it
 * with the request is safe, because requests are never changed.
 */
export function toStored(value: AttributeValue, depth = 0): AttributeValue {
  let type: string | undefined;
  let count = 0;
  let clean = true;
  for (const name in value) {
    if ((value as unknown as Record<string, unknown>)[name] === undefined) {
      clean = false;
      continue;
    }
    type ??= name;
    count++;
  }
  if (count !== 1 || type === undefined || !TYPES.has(type))
    throw validationError(
      count > 1
        ? "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
        : "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    );
  if (depth > MAX_DEPTH) throw nestedTooDeeply("dynamodb");
  const content = (value as unknown as Record<string, unknown>)[type];
  const stored = storedContent(type as Type, content, depth);
  return clean && stored === content ? value : ({ [type]: stored } as unknown as AttributeValue);
}

function storedContent(type: Type, content: unknown, depth: number): unknown {
  if (type === "S") return content;
  if (type === "N") return canonical(String(content));
  if (type === "B") return loggedAsBase64(content as Uint8Array);
  if (type === "NULL" && content !== true)
    throw validationError(
      "One or more parameter values were invalid: Null attribute value types must have the value of true",
    );
  if (type === "L") return (content as AttributeValue[]).map((entry) => toStored(entry, depth + 1));
  if (type === "M") return toStoredItem(content as Item, depth + 1);
  if (type === "SS" || type === "NS" || type === "BS")
    return storedSet(type, content as readonly (string | Uint8Array)[]);
  return content;
}

function storedSet(type: "SS" | "NS" | "BS", members: readonly (string | Uint8Array)[]): unknown {
  if (members.length === 0)
    throw validationError(
      `One or more parameter values were invalid: An ${type === "SS" ? "string" : type === "NS" ? "number" : "binary"} set  may not be empty`,
    );
  const stored = members.map((member) =>
    type === "NS" ? canonical(String(member)) : type === "BS" ? loggedAsBase64(member as Uint8Array) : member,
  );
  if (new Set(stored.map(String)).size < stored.length)
    throw validationError(
      type === "NS"
        ? "Input collection contains duplicates"
        : `One or more parameter values were invalid: Input collection [${stored.join(", ")}] contains duplicates.`,
    );
  return stored;
}

export function toStoredItem(item: Item, depth = 0): Item {
  let changed: Map<string, AttributeValue> | undefined;
  for (const name in item) {
    const value = item[name] as AttributeValue;
    const stored = toStored(value, depth);
    if (stored !== value) changed = (changed ?? new Map()).set(name, stored);
  }
  return changed ? { ...item, ...Object.fromEntries(changed) } : item;
}

/** An update can nest a value in one that is stored. */
export function checkDepth(item: Item, depth = 0): void {
  for (const value of Object.values(item)) {
    const inner = value.M ?? (value.L as unknown as Item | undefined);
    if (inner === undefined) continue;
    if (depth >= MAX_DEPTH) throw nestedTooDeeply("dynamodb");
    checkDepth(inner, depth + 1);
  }
}

const LONE_OR_PAIR = /[\ud800-\udfff]/;

/** Compares strings by their UTF-8 bytes. */
function compareStrings(a: string, b: string): number {
  if (LONE_OR_PAIR.test(a) || LONE_OR_PAIR.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Compares values; undefined for values of different or non-scalar types. */
export function compare(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return compareStrings(a.S, b.S);
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  return undefined;
}

export function equal(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  const ordered = compare(a, b);
  if (ordered !== undefined) return ordered === 0;
  if (a.L && b.L) {
    const other = b.L;
    return (
      a.L.length === other.length && a.L.every((entry, index) => equal(entry, other[index] as AttributeValue))
    );
  }
  if (a.M && b.M) {
    const other = b.M;
    const names = Object.keys(a.M);
    return (
      names.length === Object.keys(other).length &&
      names.every(
        (name) =>
          Object.hasOwn(other, name) && equal(a.M?.[name] as AttributeValue, other[name] as AttributeValue),
      )
    );
  }
  if (type === "SS" || type === "NS" || type === "BS") {
    const members = new Set((contentOf(a) as unknown[]).map(textOf));
    const others = (contentOf(b) as unknown[]).map(textOf);
    return members.size === others.length && others.every((member) => members.has(member));
  }
  return contentOf(a) === contentOf(b);
}

/** A set member as text, to look it up. */
export const textOf = (member: unknown): string =>
  member instanceof Uint8Array ? bytes(member).toString("base64") : String(member);

const SHORT = 64;

/** Like Buffer.byteLength, but faster for short ASCII texts. */
function utf8Length(text: string): number {
  if (text.length > SHORT) return Buffer.byteLength(text);
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return Buffer.byteLength(text);
  return text.length;
}

/**
 * The size as AWS counts it: names and strings in UTF-8, a byte for two digits of a number, three bytes for a list or
 * map and one for each entry.
 */
function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return utf8Length(value.S);
  if (value.N !== undefined) return sizeOfNumber(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.L) return value.L.reduce((sum, entry) => sum + 1 + sizeOfValue(entry), 3);
  if (value.M)
    return Object.entries(value.M).reduce(
      (sum, [name, entry]) => sum + 1 + utf8Length(name) + sizeOfValue(entry),
      3,
    );
  if (value.NS) return value.NS.reduce((sum, member) => sum + sizeOfNumber(member), 0);
  if (value.SS) return value.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
  if (value.BS) return value.BS.reduce((sum, member) => sum + member.byteLength, 0);
  return 1;
}

/** Counts the digits without leading and trailing zeros. */
function sizeOfNumber(text: string): number {
  let first = -1;
  let last = -1;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0) continue;
    if (digit > 0 && first < 0) first = digits;
    if (digit > 0) last = digits;
    digits++;
  }
  const significant = first < 0 ? 0 : last - first + 1;
  return Math.ceil(significant / 2) + (text.startsWith("-") ? 2 : 1);
}

/** A write asks for the sizes of the items before and after several times. Items never change. */
const sizes = new WeakMap<Item, number>();

export function sizeOfItem(item: Item): number {
  const known = sizes.get(item);
  if (known !== undefined) return known;
  let size = 0;
  for (const name in item) size += utf8Length(name) + sizeOfValue(item[name] as AttributeValue);
  sizes.set(item, size);
  return size;
}
