import type { NormalizedSchema } from "@smithy/core/schema";
import fc from "fast-check";
import { requiredMembers } from "../../http/catalogue";

const MAX_DEPTH = 4;
const SECOND = 1000;

/** Text that every carrier takes: XML knows no control characters, headers neither. */
const text = fc
  .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 12 })
  .map((value) => value.trim() || "x");
const name = fc.stringMatching(/^[a-z0-9_-]{1,8}$/).filter((key) => key !== "__proto__");

export interface Shape {
  /** Members left out of the generated values. */
  readonly without: (member: string, schema: NormalizedSchema) => boolean;
  /** Whether structures without members may occur: a form cannot carry them. */
  readonly emptyStructures: boolean;
}

/** Values of a schema: every required member, and any of the others. */
export function valuesOf(schema: NormalizedSchema, shape: Shape, depth = 0): fc.Arbitrary<unknown> {
  if (schema.isUnitSchema()) return fc.constant({});
  if (schema.isStructSchema()) return structureOf(schema, shape, depth);
  if (schema.isListSchema())
    return fc.array(valuesOf(schema.getValueSchema(), shape, depth + 1), { minLength: 1, maxLength: 3 });
  if (schema.isMapSchema())
    return fc.dictionary(name, valuesOf(schema.getValueSchema(), shape, depth + 1), {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    });
  if (schema.isBlobSchema()) return fc.uint8Array({ minLength: 1, maxLength: 40 });
  if (schema.isTimestampSchema())
    return fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * SECOND));
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.getMergedTraits().httpResponseCode) return fc.constant(200);
  if (schema.isStringSchema() && schema.getMergedTraits().httpLabel) return name;
  if (schema.isNumericSchema()) return fc.integer({ min: 0, max: 1_000_000 });
  if (schema.isDocumentSchema()) return fc.dictionary(name, text, { noNullPrototype: true });
  if (schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return fc.constant(undefined);
  return text;
}

function structureOf(schema: NormalizedSchema, shape: Shape, depth: number): fc.Arbitrary<unknown> {
  const required = new Set(requiredMembers(schema));
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  const [first] = [...schema.structIterator()];
  for (const [member, inner] of schema.structIterator()) {
    if (shape.without(member, inner)) continue;
    if (schema.isUnionSchema()) {
      if (member === first?.[0]) members[member] = valuesOf(inner, shape, depth + 1);
    } else if (required.has(member) || alwaysThere(inner))
      members[member] = valuesOf(inner, shape, depth + 1);
    else if (depth < MAX_DEPTH)
      members[member] = fc.option(valuesOf(inner, shape, depth + 1), { nil: undefined, freq: 2 });
  }
  const values = fc.record(members).map(dropUndefined);
  return shape.emptyStructures || depth === 0 || Object.keys(members).length === 0
    ? values
    : values.filter((value) => Object.keys(value).length > 0);
}

/** What a client makes up itself when it is left out, and the status every answer has. */
const alwaysThere = (schema: NormalizedSchema): boolean =>
  schema.isIdempotencyToken() || Boolean(schema.getMergedTraits().httpResponseCode);

const dropUndefined = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
