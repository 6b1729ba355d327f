import type { CallAws } from "./aws";
import { textOf } from "./diff";
import { defined } from "./provider";
import { nameOfUrn } from "./registration";
import { isNotFound } from "./resources/existence";
import type { AnyType, Context, Described, Existing } from "./resources/type";
import type { PropertyMap } from "./values";

/** A resource in AWS. `outputs` are those that are not inputs: an input may be secret, and its copy would not be. */
export interface Instance {
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** The inputs and tags of a resource, in a form in which equal ones have equal JSON. */
export interface Compared {
  readonly inputs: PropertyMap;
  readonly tags: PropertyMap;
}

/** The instance as the type describes it, with what AWS chose. */
export function instanceOf(
  described: Described,
  chosen: Partial<Described> | undefined,
  inputs: PropertyMap,
): Instance {
  const outputs = { ...described.outputs, ...chosen?.outputs };
  const computed = Object.entries(outputs).filter(([key]) => inputs[key] === undefined);
  return { id: chosen?.id ?? described.id, outputs: defined(Object.fromEntries(computed)) };
}

/** Names of the inputs that differ; "tags" also when the default tags do. */
export function changedInputs(old: Compared, now: Compared): ReadonlySet<string> {
  const keys = Object.keys({ ...old.inputs, ...now.inputs });
  const changed = new Set(keys.filter((key) => textOf(old.inputs[key]) !== textOf(now.inputs[key])));
  if (textOf(old.tags) !== textOf(now.tags)) changed.add("tags");
  return changed;
}

/** What the calls on an existing resource may use. */
export const existing = (
  context: Context,
  { id, outputs }: Instance,
  old: PropertyMap,
  changed: ReadonlySet<string> = new Set(),
): Existing<unknown> => ({ ...context, id, outputs, old, changed });

/** Creates a resource. If a later call of the creation fails, what the first ones created is deleted again. */
export async function createInstance(
  type: AnyType,
  urn: string,
  inputs: PropertyMap,
  context: Context,
): Promise<Instance> {
  const described = type.describe(inputs, context.location, urn);
  let began = false;
  const call = (async (...[service, operation, input]: Parameters<CallAws>) => {
    const answer = await context.call(service, operation, input);
    began ||= !/^(Get|List|Describe|Head)/.test(operation);
    return answer;
  }) as unknown as CallAws;
  try {
    return instanceOf(described, await type.create(inputs, { ...context, call }), inputs);
  } catch (error) {
    if (began) {
      const found = await type.find?.(inputs, context, () => false);
      await deleteInstance(type, { urn, inputs, ...instanceOf(described, found, inputs) }, context);
    }
    throw error;
  }
}

/** Updates what has changed, and returns the outputs that the update may have changed. */
export async function updateInstance(
  type: AnyType,
  inputs: PropertyMap,
  oldTags: PropertyMap,
  of: Existing<unknown>,
): Promise<PropertyMap> {
  const isOther = [...of.changed].some((key) => !(type.taggable && key === "tags"));
  if (isOther) await type.update?.(inputs, of);
  if (type.taggable && of.changed.has("tags")) {
    const removed = Object.keys(oldTags).filter((key) => of.tags[key] === undefined);
    await type.taggable({ set: of.tags, removed }, of);
  }
  return isOther ? defined((await type.refresh?.(inputs, of)) ?? {}) : {};
}

/** Deletes a resource that may be gone already. */
export async function deleteInstance(
  type: AnyType,
  { urn, inputs, ...instance }: Instance & { readonly urn: string; readonly inputs: PropertyMap },
  context: Context,
): Promise<void> {
  await type.delete(inputs, existing(context, instance, inputs)).catch((error: unknown) => {
    if (!isNotFound(error)) throw new Error(`deleting ${nameOfUrn(urn)}: ${String(error)}`);
  });
}
