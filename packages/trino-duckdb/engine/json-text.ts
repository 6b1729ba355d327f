import { javaText } from "./numbers";

/** Stands before the text of a number: JavaScript's numbers would lose its digits. */
const NUMBER = "\u0001#";
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parsed JSON whose numbers keep their digits; undefined for a text that is no JSON. */
function parsed(text: string): unknown {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const kept = text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"\\u0001#${token}"`));
  return JSON.parse(kept);
}

/** Whole numbers to the last digit, others as doubles are written. */
const numberText = (text: string): string => (/^-?\d+$/.test(text) ? text : javaText(Number(text)));

function written(
  value: unknown,
  names: (names: readonly string[]) => readonly string[],
  rename: (name: string) => string,
): string {
  const inner = (one: unknown) => written(one, names, rename);
  if (typeof value === "string")
    return value.startsWith(NUMBER) ? numberText(value.slice(NUMBER.length)) : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inner).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = value as Readonly<Record<string, unknown>>;
  return `{${names(Object.keys(members))
    .map((name) => `${JSON.stringify(rename(name))}:${inner(members[name])}`)
    .join(",")}}`;
}

/** Sorted by member name, as Trino's JSON type keeps objects; undefined for a text that is no JSON. */
export function canonicalJson(text: string): string | undefined {
  const value = parsed(text);
  return value === undefined
    ? undefined
    : written(
        value,
        (names) => [...names].sort(),
        (name) => name,
      );
}

/** Members of objects under lower-case names: what the JSON SerDes match columns with. */
export function lowerKeys(text: string): string {
  const value = parsed(text);
  return value === undefined
    ? text
    : written(
        value,
        (names) => names,
        (name) => name.toLowerCase(),
      );
}

/** A value inside a document: what json_extract gives, unsorted; undefined where there is none. */
export function textAt(text: string, steps: readonly (string | number)[]): string | undefined {
  const value = valueAt(text, steps);
  return value === undefined ? undefined : asIs(value);
}

/** A text, number or boolean inside a document, numbers as they stand there. */
export function scalarAt(text: string, steps: readonly (string | number)[]): string | undefined {
  const value = valueAt(text, steps);
  if (typeof value === "string") return value.startsWith(NUMBER) ? value.slice(NUMBER.length) : value;
  return typeof value === "boolean" ? String(value) : undefined;
}

/** The texts of an array's elements or of an object's values. */
export const itemTexts = (text: string): string[] => items(parsed(text)).map(asIs);

export const memberNames = (text: string): string[] => {
  const value = parsed(text);
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
};

/** What a row of such fields takes from an array by position, from an object by name in any case. */
export function fieldTexts(text: string, names: readonly string[]): (string | null)[] {
  const value = parsed(text);
  const found = Array.isArray(value)
    ? value
    : names.map((name) => Object.entries(value ?? {}).find(([one]) => one.toLowerCase() === name)?.[1]);
  return names.map((_, i) => (found[i] === undefined ? null : asIs(found[i])));
}

const items = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : typeof value === "object" && value !== null ? Object.values(value) : [];

const asIs = (value: unknown): string =>
  written(
    value,
    (names) => names,
    (name) => name,
  );

function valueAt(text: string, steps: readonly (string | number)[]): unknown {
  let value = parsed(text);
  for (const step of steps) {
    if (typeof value !== "object" || value === null || Array.isArray(value) !== (typeof step === "number"))
      return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}
