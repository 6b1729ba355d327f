import type { NormalizedSchema } from "@smithy/core/schema";
import { timestampFormat, writeTimestamp } from "./timestamps";
import { type Compile, type Convert, setEntry, type WireName } from "./values";

/** For values that JSON.stringify writes correctly. Structures of such values are not walked. */
const asIs: Convert = (value) => value;

/** Converts an output to a value for JSON.stringify. */
export function writerOf(schema: NormalizedSchema, of: Compile, wireName: WireName): Convert {
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
        if (entry !== undefined) setEntry(out, key, entry === null ? null : write(entry));
      return out;
    };
  }
  if (schema.isBlobSchema()) return writeBlob;
  if (schema.isTimestampSchema()) {
    const format = timestampFormat(schema, "epoch-seconds");
    return (value) => writeTimestamp(value as Date, format);
  }
  return asIs;
}

function structureWriter(schema: NormalizedSchema, of: Compile, wireName: WireName): Convert {
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

const writeBlob: Convert = (value) => {
  if (typeof value === "string") return Buffer.from(value).toString("base64");
  const bytes = value as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
};
