import type { CallAws } from "../aws";
import { needsReplacement } from "../diff";
import { answerInvoke } from "../invokes";
import { changedInputs, deleteInstance, existing, instanceOf, updateInstance } from "../lifecycle";
import { hideOutputs } from "../preview";
import { defined, type Providers, withName } from "../provider";
import type { Backend, Registered, Registration } from "../registration";
import { typeOf } from "../resources";
import { stillExists } from "../resources/existence";
import type { AnyType, Context } from "../resources/type";
import { type PropertyMap, reveal } from "../values";
import { createResource } from "./create-resource";
import type { Deployment, DeployOptions } from "./deployment";
import type { DeployedResource, DeploymentState } from "./state";

type Step = keyof Omit<Deployment, "outputs">;

/** Answers a program that deploys: compares each resource with its record, and calls AWS for what differs. */
export class DeployBackend implements Backend {
  readonly done: Record<Step, string[]> = {
    created: [],
    updated: [],
    replaced: [],
    deleted: [],
    unchanged: [],
    restored: [],
  };
  readonly #declared = new Set<string>();
  #total: number;
  #finished = 0;

  constructor(
    readonly dir: string,
    readonly providers: Providers,
    readonly state: DeploymentState,
    readonly callIn: (region: string) => CallAws,
    readonly onProgress: DeployOptions["onProgress"],
  ) {
    this.#total = state.all().length;
  }

  async register(resource: Registration): Promise<Registered> {
    if (this.providers.add(resource)) return { id: `${resource.name}-provider`, outputs: resource.inputs };
    if (!resource.custom) return { id: "", outputs: {} };
    const type = typeOf(resource.type);
    const old = await this.#existing(resource);
    const inputs = keepIgnored(withName(type, resource), old, resource.ignoreChanges);
    const { step, record } = await this.#apply(type, { ...resource, inputs }, old);
    this.done[step].push(resource.urn);
    this.state.put(record);
    this.onProgress?.(++this.#finished, Math.max(this.#finished, this.#total));
    const tagsAll = type.taggable ? { tagsAll: this.providers.tags(resource.provider, inputs) } : {};
    return { id: record.id, outputs: hideOutputs(resource, { ...inputs, ...record.outputs, ...tagsAll }) };
  }

  declared(count: number): void {
    this.#total = count;
  }

  async invoke(token: string, args: PropertyMap, provider: string): Promise<PropertyMap> {
    return answerInvoke(token, args, this.providers.location(provider));
  }

  /** Deletes in reverse order of creation: later resources depend on earlier ones. */
  async finish(): Promise<void> {
    const removed = this.state.all().filter(({ urn }) => !this.#declared.has(urn));
    for (const { urn, protect } of removed)
      if (protect) throw new Error(`${urn} is protected and cannot be deleted`);
    for (const old of removed.reverse()) {
      if (!old.retainOnDelete) await this.#delete(typeOf(old.type), old);
      this.state.drop(old.urn);
      this.done.deleted.push(old.urn);
    }
  }

  /** The record of this resource, under its URN or one of its aliases. */
  #recordOf(resource: Registration): DeployedResource | undefined {
    const old = [resource.urn, ...resource.aliases].map((urn) => this.state.get(urn)).find(Boolean);
    this.#declared.add(resource.urn);
    if (old && old.urn !== resource.urn) this.state.drop(old.urn);
    return old;
  }

  /** The record of this resource, unless something else has deleted the resource: then it is created again. */
  async #existing(resource: Registration): Promise<DeployedResource | undefined> {
    const old = this.#recordOf(resource);
    if (!old || (await stillExists(this.#context(old.provider, old.inputs).call, old))) return old;
    this.state.drop(old.urn);
    this.done.restored.push(resource.urn);
    return undefined;
  }

  async #apply(type: AnyType, resource: Registration, old: DeployedResource | undefined) {
    const context = this.#context(resource.provider, resource.inputs);
    const inputs = reveal(resource.inputs);
    const described = type.describe(inputs, context.location, resource.urn);
    const record: DeployedResource = {
      urn: resource.urn,
      type: resource.type,
      id: described.id,
      inputs: this.state.digest(resource.inputs, this.dir),
      tags: type.taggable
        ? this.state.digest(this.providers.tags(resource.provider, resource.inputs), this.dir)
        : {},
      outputs: instanceOf(described, undefined, resource.inputs).outputs,
      dependencies: resource.dependencies,
      provider: resource.provider,
      protect: resource.protect ?? false,
      retainOnDelete: resource.retainOnDelete ?? false,
    };
    const remove = (created: DeployedResource) => this.#delete(type, created);
    const creation = { type, inputs, record, context, state: this.state, remove };
    if (!old || old.pending) return { step: "created" as const, record: await createResource(creation, old) };
    const updated = { ...record, id: old.id, outputs: { ...record.outputs, ...old.outputs } };
    const changed = changedInputs(old, record);
    if (changed.size === 0) return { step: "unchanged" as const, record: updated };
    const isReplaced =
      old.type !== record.type ||
      needsReplacement(
        record.type,
        { region: this.providers.location(old.provider).region, ...old.inputs },
        { region: this.providers.location(resource.provider).region, ...record.inputs },
        resource.replaceOnChanges,
      );
    if (!isReplaced) {
      const of = existing(context, old, old.inputs, changed);
      const outputs = { ...updated.outputs, ...(await updateInstance(type, inputs, old.tags, of)) };
      return { step: "updated" as const, record: { ...updated, outputs } };
    }
    if (old.protect)
      throw new Error(`${old.urn} is protected and cannot be replaced (${[...changed].join(", ")} changed)`);
    if (!old.retainOnDelete) await this.#delete(type, old);
    this.state.drop(old.urn);
    return {
      step: "replaced" as const,
      record: await createResource(creation, undefined),
    };
  }

  async #delete(type: AnyType, old: DeployedResource): Promise<void> {
    await deleteInstance(type, old, this.#context(old.provider, old.inputs));
  }

  #context(provider: string, inputs: PropertyMap): Context {
    const location = this.providers.location(provider, inputs);
    return {
      call: this.callIn(location.region),
      location,
      dir: this.dir,
      tags: reveal(this.providers.tags(provider, inputs)) as Record<string, string>,
    };
  }
}

/** Inputs with ignored changes keep their deployed values. */
const keepIgnored = (
  inputs: PropertyMap,
  old: DeployedResource | undefined,
  ignored: readonly string[],
): PropertyMap =>
  defined({ ...inputs, ...Object.fromEntries(old ? ignored.map((key) => [key, old.inputs[key]]) : []) });
