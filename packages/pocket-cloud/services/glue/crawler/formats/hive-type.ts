/** A Hive column type as a structure, so that types can be merged. Undefined stands for a type seen only as null. */
export type HiveType =
  | { readonly kind: "plain"; readonly name: string }
  | { readonly kind: "array"; readonly element: HiveType | undefined }
  | { readonly kind: "map"; readonly key: HiveType | undefined; readonly value: HiveType | undefined }
  | { readonly kind: "struct"; readonly fields: ReadonlyMap<string, HiveType | undefined> };

export const plain = (name: string): HiveType => ({ kind: "plain", name });
const STRING = plain("string");

/** Numeric types, narrowest first. Other types that differ merge to string. */
const NUMERIC = ["tinyint", "smallint", "int", "bigint", "float", "double"];

/** The narrowest type that holds the values of both. */
export function merge(a: HiveType | undefined, b: HiveType | undefined): HiveType | undefined {
  if (!a || !b) return a ?? b;
  if (a.kind === "plain" && b.kind === "plain") return mergePlain(a.name, b.name);
  if (a.kind === "array" && b.kind === "array")
    return { kind: "array", element: merge(a.element, b.element) };
  if (a.kind === "map" && b.kind === "map")
    return { kind: "map", key: merge(a.key, b.key), value: merge(a.value, b.value) };
  if (a.kind === "struct" && b.kind === "struct") {
    const fields = new Map(a.fields);
    for (const [name, type] of b.fields) fields.set(name, merge(fields.get(name), type));
    return { kind: "struct", fields };
  }
  return STRING;
}

/** Merges the types of many records in pairs: one after the other would copy a growing structure for each. */
export function mergeAll(types: readonly (HiveType | undefined)[]): HiveType | undefined {
  if (types.length < 2) return types[0];
  const half = types.length >> 1;
  return merge(mergeAll(types.slice(0, half)), mergeAll(types.slice(half)));
}

function mergePlain(a: string, b: string): HiveType {
  if (a === b) return plain(a);
  const [x, y] = [NUMERIC.indexOf(a), NUMERIC.indexOf(b)];
  if (x < 0 || y < 0) return STRING;
  const wider = NUMERIC[Math.max(x, y)] as string;
  // A float cannot hold every int or bigint exactly; a double holds every int.
  return plain(wider === "float" ? "double" : wider);
}

/** Whether two types have the same kind, so that merging them keeps numbers numbers and structures structures. */
export function sameKind(a: HiveType | undefined, b: HiveType | undefined): boolean {
  if (!a || !b) return true;
  if (a.kind !== "plain" || b.kind !== "plain") return a.kind === b.kind;
  return a.name === b.name || (NUMERIC.includes(a.name) && NUMERIC.includes(b.name));
}

export function typeText(type: HiveType | undefined): string {
  if (!type) return "string";
  if (type.kind === "plain") return type.name;
  if (type.kind === "array") return `array<${typeText(type.element)}>`;
  if (type.kind === "map") return `map<${typeText(type.key)},${typeText(type.value)}>`;
  return `struct<${[...type.fields].map(([name, field]) => `${name}:${typeText(field)}`).join(",")}>`;
}
