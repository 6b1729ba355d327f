import { isKnownType, typeOf } from "./resources";
import { isObject, type PropertyMap, type Value } from "./values";

/** Values are compared by what they say, not by what they are. */
export const textOf = (value: Value | undefined): string => JSON.stringify(value ?? null);

/** Whether going from the one set of inputs to the other takes another resource. */
export function needsReplacement(
  type: string,
  before: PropertyMap,
  after: PropertyMap,
  alsoOn: readonly string[] = [],
): boolean {
  if (!isKnownType(type)) return false;
  const { replaceOn = [], update } = typeOf(type);
  if (!update && textOf(before) !== textOf(after)) return true;
  return [...replaceOn, ...alsoOn].some(
    (path) => textOf(valueAt(before, path)) !== textOf(valueAt(after, path)),
  );
}

const valueAt = (map: PropertyMap, path: string): Value | undefined =>
  path.split(".").reduce<Value | undefined>((value, key) => (isObject(value) ? value[key] : undefined), map);
