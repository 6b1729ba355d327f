import type { NormalizedSchema } from "@smithy/core/schema";
import { readerOf } from "./json-read";
import { writerOf } from "./json-write";
import type { Compile, Convert } from "./values";

export interface JsonCodec {
  /** Parsed JSON to input; throws SerializationException when a value has the wrong type. */
  readonly reader: Compile;
  /** Output to a value for JSON.stringify. */
  readonly writer: Compile;
}

/** REST-JSON services rename members (`jsonName`); the JSON-RPC services never do. */
export const jsonCodec = (options: { readonly useJsonName: boolean }): JsonCodec => {
  const wireName = (name: string, member: NormalizedSchema): string =>
    options.useJsonName ? (member.getMergedTraits().jsonName ?? name) : name;
  return {
    reader: compiler((schema, of) => readerOf(schema, of, wireName)),
    writer: compiler((schema, of) => writerOf(schema, of, wireName)),
  };
};

/** Compiles each schema once. A shape may contain itself, so its entry exists before its members are compiled. */
function compiler(make: (schema: NormalizedSchema, of: Compile) => Convert): Compile {
  const table = new Map<unknown, Convert>();
  const of: Compile = (schema) => {
    const key = schema.getSchema();
    if (typeof key !== "object" || key === null) return make(schema, of);
    const known = table.get(key);
    if (known) return known;
    let made: Convert | undefined;
    table.set(key, (value) => made?.(value));
    made = make(schema, of);
    table.set(key, made);
    return made;
  };
  return of;
}
