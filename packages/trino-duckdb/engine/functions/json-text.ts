import { javaText } from "../numbers";

/** Marks the text of a number. It is kept as a string because JavaScript's numbers would lose digits. */
const NUMBER = "\u0001#";
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** As in Trino, whose parser is Jackson: `StreamReadConstraints.DEFAULT_MAX_DEPTH`. */
const DEEPEST = 1000;
const BRACKET = /"(?:[^"\\]|\\.)*"|[[\]{}]/g;

/** The text is JSON: with strings that do not end, the pattern would take quadratic time. */
function isTooDeep(text: string): boolean {
  if (text.length <= DEEPEST) return false;
  let depth = 0;
  for (const [token] of text.matchAll(BRACKET)) {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** Parses JSON with numbers as marked strings; undefined if the text is not JSON. */
function parsed(text: string): unknown {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  if (isTooDeep(text)) return undefined;
  const kept = text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"\\u0001#${token}"`));
  return JSON.parse(kept);
}

/** Integers keep all digits; other numbers are written as doubles. */
const numberText = (text: string): string => (/^-?\d+$/.test(text) ? text : javaText(Number(text)));

const sameText = (text: string): string => text;

function written(
  value: unknown,
  names: (names: readonly string[]) => readonly string[],
  rename: (name: string) => string,
  numbers: (text: string) => string = numberText,
): string {
  const inner = (one: unknown) => written(one, names, rename, numbers);
  if (typeof value === "string")
    return value.startsWith(NUMBER) ? numbers(value.slice(NUMBER.length)) : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inner).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = value as Readonly<Record<string, unknown>>;
  return `{${names(Object.keys(members))
    .map((name) => `${JSON.stringify(rename(name))}:${inner(members[name])}`)
    .join(",")}}`;
}

/** Sorted by member name, as in Trino's JSON type; undefined if the text is not JSON. */
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

/** Converts member names to lower case: the JSON SerDes match columns case-insensitively. */
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

/** The value at a path, as json_extract returns it, unsorted; undefined if there is none. */
export function textAt(text: string, steps: readonly (string | number)[]): string | undefined {
  const value = valueAt(text, steps);
  return value === undefined ? undefined : asIs(value);
}

/** The string, number or boolean at a path, with numbers as written; undefined for other values. */
export function scalarAt(text: string, steps: readonly (string | number)[]): string | undefined {
  const value = valueAt(text, steps);
  if (typeof value === "string") return value.startsWith(NUMBER) ? value.slice(NUMBER.length) : value;
  return typeof value === "boolean" ? String(value) : undefined;
}

/** The JSON texts of an array's elements or of an object's values. */
export const itemTexts = (text: string): string[] => items(parsed(text)).map((item) => asIs(item));

/** The same with numbers as written, for casts: a decimal takes more digits than a double has. */
export const exactItemTexts = (text: string): string[] => items(parsed(text)).map(exact);

/** A JSON text as Trino's JSON type holds it inside an array, map or row: numbers as doubles, members unsorted. */
export const innerJson = (text: string): string => asIs(parsed(text));

export const memberNames = (text: string): string[] => {
  const value = parsed(text);
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
};

/** The JSON texts for the fields of a row: by position from an array, by case-insensitive name from an object. */
export function fieldTexts(text: string, names: readonly string[]): (string | null)[] {
  const value = parsed(text);
  const found = Array.isArray(value)
    ? value
    : names.map((name) => Object.entries(value ?? {}).find(([one]) => one.toLowerCase() === name)?.[1]);
  return names.map((_, i) => (found[i] === undefined ? null : exact(found[i])));
}

const items = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : typeof value === "object" && value !== null ? Object.values(value) : [];

const asIs = (value: unknown, numbers = numberText): string =>
  written(
    value,
    (names) => names,
    (name) => name,
    numbers,
  );
const exact = (value: unknown): string => asIs(value, sameText);

function valueAt(text: string, steps: readonly (string | number)[]): unknown {
  let value = parsed(text);
  for (const step of steps) {
    if (typeof value !== "object" || value === null || Array.isArray(value) !== (typeof step === "number"))
      return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** A step of an SQL/JSON path: a member, a position, `last`, or all members (.*) or elements ([*]). */
export type PathStep =
  | { readonly member: string }
  | { readonly index: number | "last" }
  | { readonly all: "members" | "elements" };

/**
 * The JSON texts that a path selects; undefined for an error. In lax mode arrays are unwrapped and other values
 * wrapped where a step needs it, and what is missing is left out; in strict mode that is an error.
 */
export function sequenceAt(text: string, strict: boolean, steps: readonly PathStep[]): string[] | undefined {
  const document = parsed(text);
  let values: unknown[] | undefined = document === undefined ? undefined : [document];
  for (const step of steps) {
    const found: (unknown[] | undefined)[] | undefined = values?.map((value) =>
      selected(value, step, strict),
    );
    values = found?.includes(undefined) ? undefined : found?.flatMap((some) => some ?? []);
  }
  return values?.map((value) => asIs(value, sameText));
}

function selected(value: unknown, step: PathStep, strict: boolean): unknown[] | undefined {
  const missing = strict ? undefined : [];
  const isMembers = "member" in step || ("all" in step && step.all === "members");
  if (isMembers) {
    if (Array.isArray(value) && !strict) {
      const found = value
        .filter((item) => !Array.isArray(item))
        .map((item) => selected(item, step, strict) ?? []);
      return found.flat();
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return missing;
    if (!("member" in step)) return Object.values(value);
    return Object.hasOwn(value, step.member)
      ? [(value as Readonly<Record<string, unknown>>)[step.member]]
      : missing;
  }
  if (!Array.isArray(value) && strict) return undefined;
  const list = Array.isArray(value) ? value : [value];
  if (!("index" in step)) return list;
  const at = step.index === "last" ? list.length - 1 : step.index;
  return at >= 0 && at < list.length ? [list[at]] : missing;
}
