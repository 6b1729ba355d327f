import { existing, type Instance, instanceOf, updateInstance } from "../lifecycle";
import type { AnyType, Context } from "../resources/type";
import type { PropertyMap } from "../values";
import type { DeployedResource, DeploymentState } from "./state";

interface Creation {
  readonly type: AnyType;
  readonly inputs: PropertyMap;
  /** What the state file is to know of the resource. */
  readonly record: DeployedResource;
  readonly context: Context;
  readonly state: DeploymentState;
  readonly remove: (resource: DeployedResource) => Promise<void>;
}

/**
 * Creates a resource. What exists and the state file does not know is adopted, because it may hold data, or others may depend
 * on it. What an interrupted creation has left may be incomplete, so it is deleted and created again.
 */
export async function createResource(
  creation: Creation,
  /** The record of a creation that a crash interrupted: the resource may exist. */
  interrupted: DeployedResource | undefined,
): Promise<DeployedResource> {
  const { type, inputs, record, context, state, remove } = creation;
  state.put({ ...record, pending: true });
  const create = () => type.create(inputs, context);
  const incomplete = interrupted && (await find(creation));
  if (incomplete) await remove(incomplete);
  const created = await create().catch(async (error: unknown) => {
    if (!alreadyExists(error) || isDeclaredTwice(state, record)) throw error;
    if (!interrupted) return adopt(creation, (await find(creation)) ?? record);
    await remove(record);
    return create();
  });
  return { ...record, ...instanceOf(record, created, record.inputs) };
}

/** The resource as it exists, for types that can look for it. */
async function find({
  type,
  inputs,
  record,
  context,
  state,
}: Creation): Promise<DeployedResource | undefined> {
  const isKnown = (id: string) => isDeclaredTwice(state, { ...record, id });
  const found = await type.find?.(inputs, context, isKnown);
  return found?.id === undefined ? undefined : { ...record, ...instanceOf(record, found, record.inputs) };
}

async function adopt({ type, inputs, context }: Creation, found: DeployedResource): Promise<Instance> {
  const changed = new Set([...Object.keys(found.inputs), "tags"]);
  await updateInstance(type, inputs, {}, existing(context, found, found.inputs, changed));
  return { id: found.id, outputs: found.outputs };
}

/** Two resources of one program with the same name in AWS are a mistake in the program. */
const isDeclaredTwice = (state: DeploymentState, { urn, type, id }: DeployedResource): boolean =>
  state.all().some((other) => other.urn !== urn && other.type === type && other.id === id);

const alreadyExists = (error: unknown): boolean =>
  error instanceof Error &&
  // Athena's code is InvalidRequestException, so the message counts: "WorkGroup is already created".
  /Already|DuplicateRecord|ResourceInUse|Conflict|QueueNameExists|is already created|already exists/.test(
    `${error.name}: ${error.message}`,
  );
