import type { NormalizedSchema } from "@smithy/core/schema";
import { AwsError } from "../../errors";

/** Converts a parsed JSON value into the SDK's shape, or back. */
export type Convert = (value: unknown) => unknown;

export type Compile = (schema: NormalizedSchema) => Convert;

/** The name of a member on the wire. */
export type WireName = (name: string, member: NormalizedSchema) => string;

/** A request that does not match its model. */
export const serializationError = (message: string): AwsError =>
  new AwsError("SerializationException", message);

/** Sets an entry of a map. An assignment would make the value of the key "__proto__" the prototype. */
export function setEntry(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
