import type { Preview, PreviewResource } from "./preview";
import { isKnownType, typeOf } from "./resources";
import { isObject, type PropertyMap, type Value } from "./values";

export interface Change {
  readonly kind: "created" | "changed" | "replaced" | "deleted";
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly properties: readonly PropertyChange[];
  /** Whether stored data would be deleted. */
  readonly losesData: boolean;
}

export interface PropertyChange {
  readonly path: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** What deploying `after` would change in a stack deployed as `before`. Components are left out. */
export function diffPreviews(before: Preview, after: Preview): readonly Change[] {
  const old = byUrn(before);
  const now = byUrn(after);
  const matched = new Set<string>();
  const changes: Change[] = [];
  for (const [urn, resource] of now) {
    const oldUrn = [urn, ...(after.aliases?.get(urn) ?? [])].find((name) => old.has(name));
    const was = oldUrn === undefined ? undefined : old.get(oldUrn);
    if (oldUrn !== undefined) matched.add(oldUrn);
    if (!was) changes.push(change("created", resource, []));
    else {
      const properties = leafChanges(was, resource);
      if (properties.length === 0) continue;
      const replaced = needsReplacement(resource.type, ...inRegions(was, resource));
      changes.push(
        change(replaced ? "replaced" : "changed", { ...was, urn, name: resource.name }, properties),
      );
    }
  }
  for (const [urn, resource] of old) if (!matched.has(urn)) changes.push(change("deleted", resource, []));
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
  losesData: deletes(kind) && !retainOnDelete && holdsData(type),
});

/** The inputs of both. If only one names its region, the other gets the one that it is in. */
function inRegions(before: PreviewResource, after: PreviewResource): [PropertyMap, PropertyMap] {
  // A change of the provider's region moves no resource: in its state it has the region that it was created in.
  if (textOf(before.inputs.region) === textOf(after.inputs.region)) return [before.inputs, after.inputs];
  return [located(before), located(after)];
}

const located = ({ inputs, outputs }: PreviewResource): PropertyMap => {
  const region = outputs.region ?? /^arn:[^:]*:[^:]*:([a-z0-9-]+):/.exec(String(outputs.arn))?.[1];
  return region === undefined ? inputs : { region, ...inputs };
};

const deletes = (kind: Change["kind"]): boolean => kind === "replaced" || kind === "deleted";
const holdsData = (type: string): boolean => isKnownType(type) && (typeOf(type).holdsData ?? false);

/** Changed leaf values of the inputs and of the protecting options. */
function leafChanges(before: PreviewResource, after: PreviewResource): PropertyChange[] {
  const old = leaves(compared(before));
  const now = leaves(compared(after));
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => textOf(old.get(path)) !== textOf(now.get(path)))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

const compared = ({ inputs, protect, retainOnDelete }: PreviewResource): Value => ({
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

/** Values are equal when their JSON is. */
export const textOf = (value: Value | undefined): string => JSON.stringify(value ?? null);

/** Whether the change of inputs needs a replacement instead of an update. */
export function needsReplacement(
  type: string,
  before: PropertyMap,
  after: PropertyMap,
  alsoOn: readonly string[] = [],
): boolean {
  return replacedBy(type, before, after, alsoOn).length > 0;
}

/** The changed inputs, by path, that need a replacement. */
export function replacedBy(
  type: string,
  before: PropertyMap,
  after: PropertyMap,
  alsoOn: readonly string[] = [],
): readonly string[] {
  if (!isKnownType(type)) return [];
  const { replaceOn = [], update, taggable } = typeOf(type);
  // hashicorp/terraform-provider-aws, internal/provider/sdkv2/region.go, forceNewIfRegionChanges
  const always = [...replaceOn, "region"];
  const paths = update ? [...always, ...alsoOn] : Object.keys({ ...before, ...after });
  return paths
    .filter((path) => !(taggable && path === "tags"))
    .filter((path) => textOf(valueAt(before, path)) !== textOf(valueAt(after, path)));
}

const valueAt = (map: PropertyMap, path: string): Value | undefined =>
  path.split(".").reduce<Value | undefined>((value, key) => (isObject(value) ? value[key] : undefined), map);
