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
