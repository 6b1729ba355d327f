import type { Preview, PreviewResource } from "./preview";
import { needsReplacement, textOf } from "./replacement";
import { isKnownType, typeOf } from "./resources";
import { isObject, type Value } from "./values";

export interface Change {
  readonly kind: "created" | "changed" | "replaced" | "deleted";
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly properties: readonly PropertyChange[];
  /** What is stored in it would be lost. */
  readonly losesData: boolean;
}

export interface PropertyChange {
  readonly path: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** What going from one preview to the other would do; components do nothing themselves. */
export function diffPreviews(before: Preview, after: Preview): readonly Change[] {
  const old = byUrn(before);
  const now = byUrn(after);
  const met = new Set<string>();
  const changes: Change[] = [];
  for (const [urn, resource] of now) {
    const formerly = [urn, ...(after.aliases?.get(urn) ?? [])].find((name) => old.has(name));
    const was = formerly === undefined ? undefined : old.get(formerly);
    if (formerly !== undefined) met.add(formerly);
    if (!was) changes.push(change("created", resource, []));
    else {
      const properties = leafChanges(was, resource);
      if (properties.length === 0) continue;
      const replaced = needsReplacement(resource.type, was.inputs, resource.inputs);
      changes.push(
        change(replaced ? "replaced" : "changed", { ...was, urn, name: resource.name }, properties),
      );
    }
  }
  for (const [urn, resource] of old) if (!met.has(urn)) changes.push(change("deleted", resource, []));
  return changes;
}

const byUrn = ({ resources }: Preview): Map<string, PreviewResource> =>
  new Map(resources.filter(({ custom }) => custom).map((resource) => [resource.urn, resource]));

const change = (
  kind: Change["kind"],
  { urn, type, name, retainOnDelete }: PreviewResource,
  properties: readonly PropertyChange[],
): Change => ({
  kind,
  urn,
  type,
  name,
  properties,
  losesData: goes(kind) && !retainOnDelete && holdsData(type),
});

const goes = (kind: Change["kind"]): boolean => kind === "replaced" || kind === "deleted";
const holdsData = (type: string): boolean => isKnownType(type) && (typeOf(type).holdsData ?? false);

/** Inputs and the options that decide what may happen to a resource, down to single values. */
function leafChanges(before: PreviewResource, after: PreviewResource): PropertyChange[] {
  const old = leaves(watched(before));
  const now = leaves(watched(after));
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => textOf(old.get(path)) !== textOf(now.get(path)))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

const watched = ({ inputs, protect, retainOnDelete }: PreviewResource): Value => ({
  ...inputs,
  ...(protect && { "(protect)": true }),
  ...(retainOnDelete && { "(retainOnDelete)": true }),
});

function leaves(value: Value, path = ""): Map<string, Value> {
  const items = Array.isArray(value)
    ? [...value.entries()]
    : isObject(value)
      ? Object.entries(value)
      : undefined;
  if (!items || items.length === 0) return new Map([[path, value]]);
  return new Map(
    items.flatMap(([key, item]) => [...leaves(item, path === "" ? String(key) : `${path}.${key}`)]),
  );
}
