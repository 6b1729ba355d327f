/** Types of columns as the catalogue writes them, in a form that can be merged. */
export type HiveType =
  | { readonly kind: "plain"; readonly name: string }
  | { readonly kind: "array"; readonly of: HiveType | undefined }
  | { readonly kind: "map"; readonly key: HiveType | undefined; readonly value: HiveType | undefined }
  | { readonly kind: "struct"; readonly fields: ReadonlyMap<string, HiveType | undefined> };

export const plain = (name: string): HiveType => ({ kind: "plain", name });
const STRING = plain("string");

/** Numbers widen to the right; anything else that differs becomes text. */
const WIDENING = ["tinyint", "smallint", "int", "bigint", "float", "double"];

/** The type that holds values of both; undefined stands for nothing but nulls seen so far. */
export function merge(a: HiveType | undefined, b: HiveType | undefined): HiveType | undefined {
  if (!a || !b) return a ?? b;
  if (a.kind === "plain" && b.kind === "plain") return mergePlain(a.name, b.name);
  if (a.kind === "array" && b.kind === "array") return { kind: "array", of: merge(a.of, b.of) };
  if (a.kind === "map" && b.kind === "map")
    return { kind: "map", key: merge(a.key, b.key), value: merge(a.value, b.value) };
  if (a.kind === "struct" && b.kind === "struct") {
    const fields = new Map(a.fields);
    for (const [name, type] of b.fields) fields.set(name, merge(fields.get(name), type));
    return { kind: "struct", fields };
  }
  return STRING;
}

function mergePlain(a: string, b: string): HiveType {
  if (a === b) return plain(a);
  const [x, y] = [WIDENING.indexOf(a), WIDENING.indexOf(b)];
  if (x < 0 || y < 0) return STRING;
  const wider = WIDENING[Math.max(x, y)] as string;
  // A float does not hold every int or bigint.
  return plain(wider === "float" ? "double" : wider);
}

/** Whether merging keeps the kind of both: numbers stay numbers, structures structures. */
export function alike(a: HiveType | undefined, b: HiveType | undefined): boolean {
  if (!a || !b) return true;
  if (a.kind !== "plain" || b.kind !== "plain") return a.kind === b.kind;
  return a.name === b.name || (WIDENING.includes(a.name) && WIDENING.includes(b.name));
}

export function show(type: HiveType | undefined): string {
  if (!type) return "string";
  if (type.kind === "plain") return type.name;
  if (type.kind === "array") return `array<${show(type.of)}>`;
  if (type.kind === "map") return `map<${show(type.key)},${show(type.value)}>`;
  return `struct<${[...type.fields].map(([name, field]) => `${name}:${show(field)}`).join(",")}>`;
}
