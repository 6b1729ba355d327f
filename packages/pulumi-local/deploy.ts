import { resolve } from "node:path";
import { AwsCallers, type AwsOptions, type CallAws } from "./aws";
import { needsReplacement } from "./diff";
import { type RunOptions, runProgram } from "./engine";
import { answerInvoke } from "./invokes";
import { changedInputs, deleteInstance, existing, instanceOf, updateInstance } from "./lifecycle";
import { hideOutputs } from "./preview";
import { readConfig, readProject } from "./project";
import { defined, Providers, withName } from "./provider";
import type { Backend, Registered, Registration } from "./registration";
import { typeOf } from "./resources";
import { stillExists } from "./resources/existence";
import type { AnyType, Context } from "./resources/type";
import { type DeployedResource, DeploymentState } from "./state";
import { type PropertyMap, reveal } from "./values";

export interface DeployOptions extends Omit<RunOptions, "dryRun">, Omit<AwsOptions, "region"> {
  /** The deployment's state file; created by the first run. */
  readonly statePath: string;
  readonly region?: string;
  /** Called after each resource: how many are done, and how many the program has declared so far. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Deployment {
  /** The program's exports, secrets in plain text. */
  readonly outputs: PropertyMap;
  /** URNs of the created resources, and so on. */
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly replaced: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: readonly string[];
  /** Those of `created` that were deployed before and had been deleted by something else. */
  readonly restored: readonly string[];
}

/** Creates, updates, replaces and deletes resources at the endpoint until they match the program. */
export async function deployProgram(options: DeployOptions): Promise<Deployment> {
  const dir = resolve(options.dir);
  const region = options.region ?? "us-east-1";
  const { endpoint, credentials } = options;
  const callers = new AwsCallers({ endpoint, ...(credentials && { credentials }) });
  try {
    const { Account: account = "" } = await callers.in(region)("sts", "GetCallerIdentity", {});
    const config = readConfig(dir, readProject(dir).name, options.stack, options.config);
    const state = new DeploymentState(options.statePath);
    const backend = new DeployBackend(
      dir,
      new Providers(account, config, region),
      state,
      callers.in,
      options.onProgress,
    );
    const run = await runProgram({ ...options, dir, dryRun: false }, backend);
    state.compact();
    return { outputs: reveal(run.outputs), ...backend.done };
  } finally {
    callers.close();
  }
}

type Step = keyof Omit<Deployment, "outputs">;

class DeployBackend implements Backend {
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
    if (!old || old.pending)
      return { step: "created" as const, record: await this.#create(type, inputs, record, context, old) };
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
      record: await this.#create(type, inputs, record, context, undefined),
    };
  }

  async #create(
    type: AnyType,
    inputs: PropertyMap,
    record: DeployedResource,
    context: Context,
    /** The record of a creation that a crash interrupted: the resource may exist. */
    interrupted?: DeployedResource,
  ) {
    this.state.put({ ...record, pending: true });
    const create = () => type.create(inputs, context);
    const found = async (): Promise<DeployedResource | undefined> => {
      const isKnown = (id: string) => this.#isDeclaredTwice({ ...record, id });
      const chosen = await type.find?.(inputs, context, isKnown);
      return chosen?.id === undefined
        ? undefined
        : { ...record, ...instanceOf(record, chosen, record.inputs) };
    };
    const incomplete = interrupted && (await found());
    if (incomplete) await this.#delete(type, incomplete);
    const created = await create().catch(async (error: unknown) => {
      if (!alreadyExists(error) || this.#isDeclaredTwice(record)) throw error;
      // An interrupted creation may be incomplete, so it is repeated. What the state file does not know is adopted,
      // because it may hold data, or others may depend on it.
      if (!interrupted) return this.#adopt(type, inputs, (await found()) ?? record, context);
      await this.#delete(type, record);
      return create();
    });
    return { ...record, ...instanceOf(record, created, record.inputs) };
  }

  /** Two resources of one program with the same name in AWS are a mistake in the program. */
  #isDeclaredTwice({ urn, type, id }: DeployedResource): boolean {
    return this.state.all().some((other) => other.urn !== urn && other.type === type && other.id === id);
  }

  async #adopt(type: AnyType, inputs: PropertyMap, record: DeployedResource, context: Context) {
    const changed = new Set([...Object.keys(record.inputs), "tags"]);
    await updateInstance(type, inputs, {}, existing(context, record, record.inputs, changed));
    return { id: record.id, outputs: record.outputs };
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

const alreadyExists = (error: unknown): boolean =>
  error instanceof Error &&
  // Athena's code is InvalidRequestException, so the message counts: "WorkGroup is already created".
  /Already|DuplicateRecord|ResourceInUse|Conflict|QueueNameExists|is already created|already exists/.test(
    `${error.name}: ${error.message}`,
  );

/** Inputs with ignored changes keep their deployed values. */
const keepIgnored = (
  inputs: PropertyMap,
  old: DeployedResource | undefined,
  ignored: readonly string[],
): PropertyMap =>
  defined({ ...inputs, ...Object.fromEntries(old ? ignored.map((key) => [key, old.inputs[key]]) : []) });
