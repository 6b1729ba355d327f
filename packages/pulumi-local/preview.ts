import { resolve } from "node:path";
import { digestContent } from "./archives";
import { type Run, type RunOptions, type RunResource, runProgram } from "./engine";
import { answerInvoke } from "./invokes";
import { readConfig, readProject } from "./project";
import { defined, Providers, withName } from "./provider";
import type { Backend, Registered, Registration } from "./registration";
import { isKnownType, typeOf } from "./resources";
import { hasUnknown, type PropertyMap, redact, reveal, rewriteMap, secret } from "./values";

export interface PreviewOptions extends Omit<RunOptions, "dryRun"> {
  /** Leave values that AWS generates unknown, as a first `pulumi preview` does, instead of making them up. */
  readonly unknowns?: boolean;
  /** Accept resource types that this package does not describe: their outputs are unknown, as in a first `pulumi preview`. */
  readonly anyType?: boolean;
  readonly account?: string;
  readonly region?: string;
}

/** A resource without secrets, with archives as hashes. */
export interface PreviewResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  readonly inputs: PropertyMap;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly id: string;
  readonly outputs: PropertyMap;
}

export interface Preview {
  readonly stack: string;
  readonly project: string;
  readonly resources: readonly PreviewResource[];
  readonly outputs: PropertyMap;
  /** Former URNs of resources, by their current one. */
  readonly aliases?: ReadonlyMap<string, readonly string[]>;
}

/** Runs the program without credentials and without network access. */
export async function previewProgram(options: PreviewOptions): Promise<Preview> {
  const dir = resolve(options.dir);
  const backend = new PreviewBackend(dir, options);
  const run = await runProgram({ ...options, dir, dryRun: true }, backend);
  return presentable(options.stack, run, dir);
}

class PreviewBackend implements Backend {
  readonly #providers: Providers;
  readonly #unknowns: boolean;
  readonly #anyType: boolean;

  constructor(dir: string, options: PreviewOptions) {
    const config = readConfig(dir, readProject(dir).name, options.stack, options.config);
    this.#providers = new Providers(options.account ?? "123456789012", config, options.region ?? "us-east-1");
    this.#unknowns = options.unknowns ?? false;
    this.#anyType = options.anyType ?? false;
  }

  async register(resource: Registration): Promise<Registered> {
    if (this.#providers.add(resource)) return { id: `${resource.name}-provider`, outputs: resource.inputs };
    if (!resource.custom) return { id: "", outputs: {} };
    if (this.#anyType && !isKnownType(resource.type)) return { id: "", outputs: resource.inputs };
    const type = typeOf(resource.type);
    const inputs = withName(type, resource);
    const location = this.#providers.location(resource.provider, inputs);
    if (this.#unknowns || (this.#anyType && Object.values(inputs).some(hasUnknown)))
      return { id: "", outputs: inputs };
    for (const [key, value] of Object.entries(inputs))
      if (hasUnknown(value))
        throw new Error(
          `the input ${key} of ${resource.name} is unknown: it comes from an output that its resource type does not describe`,
        );
    const { id, outputs = {} } = type.describe(reveal(inputs), location, resource.urn);
    const tagsAll = type.taggable ? { tagsAll: this.#providers.tags(resource.provider, inputs) } : {};
    return { id, outputs: hideOutputs(resource, { ...defined(outputs), ...inputs, ...tagsAll }) };
  }

  async invoke(token: string, args: PropertyMap, provider: string): Promise<PropertyMap> {
    return answerInvoke(token, args, this.#providers.location(provider));
  }

  async finish(): Promise<void> {}
}

/** Marks the outputs that the program declared secret. */
export const hideOutputs = ({ secretOutputs }: Registration, outputs: PropertyMap): PropertyMap => ({
  ...outputs,
  ...Object.fromEntries(
    secretOutputs
      .filter((key) => outputs[key] !== undefined)
      .map((key) => [key, secret(outputs[key] ?? null)]),
  ),
});

function presentable(stack: string, run: Run, dir: string): Preview {
  const present = (map: PropertyMap): PropertyMap =>
    redact(rewriteMap(map, (value) => digestContent(value, dir)));
  const resource = (from: RunResource): PreviewResource => ({
    urn: from.urn,
    type: from.type,
    name: from.name,
    custom: from.custom,
    parent: from.parent,
    inputs: present(from.inputs),
    dependencies: from.dependencies,
    protect: from.protect ?? false,
    retainOnDelete: from.retainOnDelete ?? false,
    id: from.id,
    outputs: present(from.outputs),
  });
  return {
    stack,
    project: run.project,
    resources: inOrder(run.resources).map(resource),
    outputs: present(run.outputs),
    aliases: new Map(run.resources.map(({ urn, aliases }) => [urn, aliases])),
  };
}

/** Sorts dependencies before dependents, then by URN. Programs register in an order that differs between runs. */
function inOrder(resources: readonly RunResource[]): readonly RunResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const levels = new Map<string, number>();
  const levelOf = (urn: string): number => {
    const known = levels.get(urn);
    const resource = byUrn.get(urn);
    if (known !== undefined || !resource) return known ?? -1;
    levels.set(urn, 0);
    const level = 1 + Math.max(-1, ...[resource.parent, ...resource.dependencies].map(levelOf));
    levels.set(urn, level);
    return level;
  };
  return [...resources].sort((a, b) => levelOf(a.urn) - levelOf(b.urn) || (a.urn < b.urn ? -1 : 1));
}
