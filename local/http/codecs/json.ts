import type { NormalizedSchema } from "@smithy/core/schema";
import { AwsError } from "../../errors";
import { readTimestamp, timestampFormat, writeTimestamp } from "./timestamps";

/** Turns a parsed JSON value into the SDK's shape, or the other way round. Compiled once per schema. */
type Convert = (value: unknown) => unknown;

export interface JsonCodec {
  /** Parsed JSON to input; throws SerializationException when a value has the wrong type. */
  reader(schema: NormalizedSchema): Convert;
  /** Output to what JSON.stringify takes. */
  writer(schema: NormalizedSchema): Convert;
}

/** REST-JSON services rename members (`jsonName`); the JSON-RPC services never do. */
export const jsonCodec = (options: { readonly useJsonName: boolean }): JsonCodec => {
  const readers = new Map<unknown, Convert>();
  const writers = new Map<unknown, Convert>();
  const wireName = (name: string, member: NormalizedSchema): string =>
    options.useJsonName ? (member.getMergedTraits().jsonName ?? name) : name;
  return {
    reader: (schema) => compile(schema, readers, (of) => readerOf(of, readers, wireName)),
    writer: (schema) => compile(schema, writers, (of) => writerOf(of, writers, wireName)),
  };
};

type WireName = (name: string, member: NormalizedSchema) => string;

/** Shapes may contain themselves: a shape under way is entered into the table before its members are. */
function compile(
  schema: NormalizedSchema,
  table: Map<unknown, Convert>,
  make: (schema: NormalizedSchema) => Convert,
) {
  const key = schema.getSchema();
  if (typeof key !== "object" || key === null) return make(schema);
  const known = table.get(key);
  if (known) return known;
  let made: Convert | undefined;
  table.set(key, (value) => made?.(value));
  made = make(schema);
  table.set(key, made);
  return made;
}

function readerOf(schema: NormalizedSchema, table: Map<unknown, Convert>, wireName: WireName): Convert {
  const of = (inner: NormalizedSchema) => compile(inner, table, (s) => readerOf(s, table, wireName));
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

function structureReader(
  schema: NormalizedSchema,
  of: (s: NormalizedSchema) => Convert,
  wireName: WireName,
): Convert {
  const members = new Map<string, { name: string; read: Convert }>();
  for (const [name, member] of schema.structIterator())
    members.set(wireName(name, member), { name, read: of(member) });
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return mismatch(value, "Structure");
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const member = members.get(key);
      const inner = (value as Record<string, unknown>)[key];
      if (member && inner !== null) out[member.name] = member.read(inner);
    }
    return out;
  };
}

const listReader =
  (read: Convert, sparse: boolean): Convert =>
  (value) => {
    if (!Array.isArray(value)) return mismatch(value, "List");
    const out: unknown[] = [];
    for (const entry of value) {
      if (entry !== null) out.push(read(entry));
      else if (sparse) out.push(null);
    }
    return out;
  };

const mapReader =
  (read: Convert): Convert =>
  (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return mismatch(value, "Map");
    const out: Record<string, unknown> = {};
    for (const [key, entry] of Object.entries(value)) if (entry !== null) setOwn(out, key, read(entry));
    return out;
  };

/** A key named __proto__ is a key like any other, never the prototype. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

const readBlob: Convert = (value) => {
  if (typeof value !== "string") return mismatch(value, "Blob");
  const bytes = Buffer.from(value, "base64");
  // Node skips what is not base64; AWS refuses it.
  if (bytes.byteLength !== Math.floor((unpadded(value) * 3) / 4))
    throw serialization("Invalid base64 in a blob");
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
  throw serialization(`${kindOf(value)} cannot be converted to ${expected}`);
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

export const serialization = (message: string): AwsError => new AwsError("SerializationException", message);

/** Leaves a value as it is: JSON.stringify writes it right. Structures made of nothing else are not walked at all. */
const asIs: Convert = (value) => value;

function writerOf(schema: NormalizedSchema, table: Map<unknown, Convert>, wireName: WireName): Convert {
  const of = (inner: NormalizedSchema) => compile(inner, table, (s) => writerOf(s, table, wireName));
  if (schema.isStructSchema()) return structureWriter(schema, of, wireName);
  if (schema.isListSchema()) {
    const write = of(schema.getValueSchema());
    if (write === asIs) return asIs;
    return (value) => (value as unknown[]).map((entry) => (entry === null ? null : write(entry)));
  }
  if (schema.isMapSchema()) {
    const write = of(schema.getValueSchema());
    if (write === asIs) return asIs;
    return (value) => {
      const out: Record<string, unknown> = {};
      for (const [key, entry] of Object.entries(value as object))
        if (entry !== undefined) setOwn(out, key, entry === null ? null : write(entry));
      return out;
    };
  }
  if (schema.isBlobSchema()) return writeBlob;
  if (schema.isTimestampSchema()) {
    const format = timestampFormat(schema, "epoch-seconds");
    return (value) => writeTimestamp(value as Date, format);
  }
  if (schema.isNumericSchema()) return asIs;
  return asIs;
}

function structureWriter(
  schema: NormalizedSchema,
  of: (s: NormalizedSchema) => Convert,
  wireName: WireName,
): Convert {
  const members: { name: string; wire: string; write: Convert }[] = [];
  for (const [name, member] of schema.structIterator())
    members.push({ name, wire: wireName(name, member), write: of(member) });
  if (members.length > 0 && members.every((member) => member.write === asIs && member.wire === member.name))
    return asIs;
  return (value) => {
    const out: Record<string, unknown> = {};
    for (const { name, wire, write } of members) {
      const inner = (value as Record<string, unknown>)[name];
      if (inner !== undefined && inner !== null) out[wire] = write(inner);
    }
    return out;
  };
}

export const writeBlob: Convert = (value) => {
  if (typeof value === "string") return Buffer.from(value).toString("base64");
  const bytes = value as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
};
