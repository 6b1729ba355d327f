import { textOf } from "../diff";
import { isArchive, isAsset, isObject, isSecret, type PropertyMap, rewrite, type Value } from "../values";

export type ChangeKind = "add" | "delete" | "update";

/** Inputs in a form in which equal ones have equal JSON: secrets in plain text, assets and archives by their hash. */
export const comparable = (inputs: PropertyMap): PropertyMap => {
  const { [DEFAULTS]: _, ...rest } = rewrite(inputs, plain) as PropertyMap;
  return rest;
};

/** The names of inputs that the provider has filled in, as Pulumi's AWS provider records them. */
export const DEFAULTS = "__defaults";

const plain = (value: Value): Value | undefined => {
  if (isSecret(value)) return rewrite(value.value ?? null, plain);
  return (isAsset(value) || isArchive(value)) && typeof value.hash === "string"
    ? `hash:${value.hash}`
    : undefined;
};

/** The changed leaf values by Pulumi's property path, such as `rules[0].prefix`. */
export function changedPaths(before: PropertyMap, after: PropertyMap): ReadonlyMap<string, ChangeKind> {
  const old = leaves(before);
  const now = leaves(after);
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter(
    (path) => textOf(old.get(path)) !== textOf(now.get(path)),
  );
  return new Map(changed.map((path) => [path, kindOf(old.has(path), now.has(path))]));
}

const kindOf = (was: boolean, is: boolean): ChangeKind => (was ? (is ? "update" : "delete") : "add");

function leaves(value: Value, path = ""): Map<string, Value> {
  if (Array.isArray(value) && value.length > 0)
    return new Map(value.flatMap((item, index) => [...leaves(item, `${path}[${index}]`)]));
  if (isObject(value) && Object.keys(value).length > 0)
    return new Map(Object.entries(value).flatMap(([key, item]) => [...leaves(item, member(path, key))]));
  return path === "" ? new Map() : new Map([[path, value]]);
}

const member = (path: string, key: string): string => {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
};
