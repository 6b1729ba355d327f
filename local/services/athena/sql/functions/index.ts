import { aggregates, windows } from "./aggregates";
import { collections } from "./collections";
import type { FunctionEntry } from "./entry";
import { json } from "./json";
import { math } from "./math";
import { misc } from "./misc";
import { text } from "./text";
import { time } from "./time";

/** Every function of the dialect: what is not here fails the query. */
export const functions: readonly FunctionEntry[] = [
  ...math,
  ...text,
  ...time,
  ...json,
  ...collections,
  ...misc,
  ...aggregates,
  ...windows,
];

const byName = new Map<string, FunctionEntry[]>();
for (const entry of functions)
  byName.set(entry.signature.name, [...(byName.get(entry.signature.name) ?? []), entry]);

export const functionsNamed = (name: string): readonly FunctionEntry[] => byName.get(name) ?? [];
