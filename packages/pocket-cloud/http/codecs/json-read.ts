import type { NormalizedSchema } from "@smithy/core/schema";
import { readTimestamp, timestampFormat } from "./timestamps";
import { type Compile, type Convert, serializationError, type WireName } from "./values";

/** Converts parsed JSON to an input in place. */
export function readerOf(schema: NormalizedSchema, of: Compile, wireName: WireName): Convert {
  if (schema.isUnitSchema()) return () => ({});
  if (schema.isStructSchema()) return structureReader(schema, of, wireName);
  if (schema.isListSchema()) return listReader(of(schema.getValueSchema()), isSparse(schema));
  if (schema.isMapSchema()) return mapReader(of(schema.getValueSchema()));
  if (schema.isBlobSchema()) return readBlob;
  if (schema.isTimestampSchema()) {
    const format = timestampFormat(schema, "epoch-seconds");
    return (value) => readTimestamp(value, format) ?? mismatch(value, "Timestamp");
  }
  if (schema.isStringSchema())
    return (value) => (typeof value === "string" ? value : mismatch(value, "String"));
  if (schema.isBooleanSchema())
    return (value) => (typeof value === "boolean" ? value : mismatch(value, "Boolean"));
  if (schema.isNumericSchema()) return readNumber;
  return (value) => value;
}

function structureReader(schema: NormalizedSchema, of: Compile, wireName: WireName): Convert {
  const members = new Map<string, { name: string; read: Convert }>();
  for (const [name, member] of schema.structIterator())
    members.set(wireName(name, member), { name, read: of(member) });
  const renamed = [...members].some(([wire, { name }]) => wire !== name);
  return (value) => {
    if (!isObject(value)) return mismatch(value, "Structure");
    // A new object when members are renamed: the wire name of one may be the name of another.
    const out: Record<string, unknown> = renamed ? {} : value;
    for (const key in value) {
      const member = members.get(key);
      const inner = value[key];
      if (!member || inner === null) delete value[key];
      else if (renamed) out[member.name] = member.read(inner);
      else replace(value, key, inner, member.read(inner));
    }
    return out;
  };
}

const listReader =
  (read: Convert, sparse: boolean): Convert =>
  (value) => {
    if (!Array.isArray(value)) return mismatch(value, "List");
    let kept = 0;
    for (const entry of value)
      if (entry !== null || sparse) value[kept++] = entry === null ? null : read(entry);
    value.length = kept;
    return value;
  };

const mapReader =
  (read: Convert): Convert =>
  (value) => {
    if (!isObject(value)) return mismatch(value, "Map");
    for (const key in value) {
      const entry = value[key];
      if (entry === null) delete value[key];
      else replace(value, key, entry, read(entry));
    }
    return value;
  };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Skips the assignment when the value did not change, which is the usual case. JSON.parse makes "__proto__" an own key. */
function replace(target: Record<string, unknown>, key: string, before: unknown, after: unknown): void {
  if (after !== before) target[key] = after;
}

const readBlob: Convert = (value) => {
  if (typeof value !== "string") return mismatch(value, "Blob");
  const bytes = Buffer.from(value, "base64");
  // Node skips characters outside base64; AWS refuses them.
  if (bytes.byteLength !== Math.floor((unpadded(value) * 3) / 4))
    throw serializationError("Invalid base64 in a blob");
  return bytes;
};

function unpadded(text: string): number {
  let length = text.length;
  while (length > 0 && text.charCodeAt(length - 1) === 0x3d) length--;
  return length;
}

const NUMBERS_AS_TEXT = new Set(["NaN", "Infinity", "-Infinity"]);

const readNumber: Convert = (value) => {
  if (typeof value === "number") return value;
  return typeof value === "string" && NUMBERS_AS_TEXT.has(value) ? Number(value) : mismatch(value, "Number");
};

const isSparse = (schema: NormalizedSchema): boolean => "sparse" in schema.getMergedTraits();

function mismatch(value: unknown, expected: string): never {
  throw serializationError(`${kindOf(value)} cannot be converted to ${expected}`);
}

function kindOf(value: unknown): string {
  if (value === null) return "NULL_VALUE";
  if (Array.isArray(value)) return "START_ARRAY";
  if (typeof value === "object") return "START_OBJECT";
  return typeof value === "boolean"
    ? value
      ? "TRUE_VALUE"
      : "FALSE_VALUE"
    : `${typeof value}_VALUE`.toUpperCase();
}
