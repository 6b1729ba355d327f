import type { NormalizedSchema } from "@smithy/core/schema";
import { type Convert, compile } from "./json-compile";
import { readerOf } from "./json-read";
import { writerOf } from "./json-write";

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
