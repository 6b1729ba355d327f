import type { NormalizedSchema } from "@smithy/core/schema";

/** Turns a parsed JSON value into the SDK's shape, or the other way round. Compiled once per schema. */
export type Convert = (value: unknown) => unknown;

/** What a member is called on the wire. */
export type WireName = (name: string, member: NormalizedSchema) => string;

/** Shapes may contain themselves: a shape under way is entered into the table before its members are. */
export function compile(
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
