import { aggregates } from "./aggregates";
import { bits } from "./bits";
import { collections } from "./collections";
import { dateTexts } from "./date-texts";
import type { FunctionEntry } from "./entry";
import { json } from "./json";
import { math } from "./math";
import { misc } from "./misc";
import { regexps } from "./regexps";
import { sequences } from "./sequences";
import { text } from "./text";
import { time } from "./time";
import { windows } from "./window-functions";

/** Every function of the dialect: what is not here fails the query. */
export const functions: readonly FunctionEntry[] = [
  ...math,
  ...bits,
  ...text,
  ...regexps,
  ...time,
  ...dateTexts,
  ...json,
  ...collections,
  ...sequences,
  ...misc,
  ...aggregates,
  ...windows,
];

const byName = new Map<string, FunctionEntry[]>();
for (const entry of functions)
  byName.set(entry.signature.name, [...(byName.get(entry.signature.name) ?? []), entry]);

export const functionsNamed = (name: string): readonly FunctionEntry[] => byName.get(name) ?? [];
