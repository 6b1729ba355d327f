import { AwsCallers } from "../aws";
import { replacedBy } from "../diff";
import { answerInvoke } from "../invokes";
import {
  changedInputs,
  createInstance,
  deleteInstance,
  existing,
  type Instance,
  instanceOf,
  updateInstance,
} from "../lifecycle";
import { defined, locationOf, tagsOf } from "../provider";
import { nameOfUrn, typeOfUrn } from "../registration";
import { typeOf } from "../resources";
import { isGone, stillExists } from "../resources/existence";
import { readableTypes, readerOf } from "../resources/live";
import type { Live } from "../resources/live/reader";
import type { AnyType, Context } from "../resources/type";
import { isObject, type PropertyMap, reveal } from "../values";
import { type ChangeKind, changedPaths, comparable, DEFAULTS } from "./difference";
import { importedInputs, ownTags, refreshedInputs } from "./live-inputs";
import { type Settings, settingsOf } from "./settings";

/** A resource as Pulumi's engine has recorded it. */
export interface Recorded {
  readonly urn: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

export interface Difference {
  readonly changes: ReadonlyMap<string, ChangeKind>;
  /** Inputs whose change needs a replacement. */
  readonly replaces: readonly string[];
  /** Whether the old resource must be gone first, because the new one has its name. */
  readonly deleteBeforeReplace: boolean;
}

/** Stands in for the AWS provider: the requests of Pulumi's engine, without gRPC. */
export class AwsPlugin {
  readonly #unread = new Set<string>();
  #configured: { settings: Settings; callers: AwsCallers; account: string } | undefined;

  constructor(
    /** The program's folder, from which assets and archives are read. */
    readonly dir: string,
    readonly env: NodeJS.ProcessEnv,
    /** Shows a warning to the user. */
    readonly log: (message: string) => void = () => {},
  ) {}

  async configure(args: PropertyMap): Promise<void> {
    const settings = settingsOf(reveal(args), this.env);
    this.close();
    const callers = new AwsCallers(settings);
    const { Account: account = "" } = await callers.in(settings.region)("sts", "GetCallerIdentity", {});
    this.#configured = { settings, callers, account };
  }

  close(): void {
    this.#configured?.callers.close();
    this.#configured = undefined;
  }

  /** Adds the physical name, where the program gives none: the one it has, else a new one. */
  check(urn: string, old: PropertyMap, inputs: PropertyMap, seed: string): PropertyMap {
    const { nameInput } = typeOf(typeOfUrn(urn));
    if (nameInput === undefined || inputs[nameInput] !== undefined) return inputs;
    const name = isNamedByUs(old, nameInput) ? old[nameInput] : `${nameOfUrn(urn)}-${seed.slice(0, 7)}`;
    return { ...inputs, [nameInput]: name ?? "", [DEFAULTS]: [nameInput] };
  }

  diff({ urn, inputs, outputs }: Recorded, news: PropertyMap): Difference {
    const token = typeOfUrn(urn);
    const type = typeOf(token);
    const before = comparable(inputs);
    const after = comparable(news);
    const changes = new Map(changedPaths(before, after));
    const tags = changedPaths({ tagsAll: oldTags(outputs) }, { tagsAll: this.#tagsAll(type, news) ?? {} });
    if (type.taggable) for (const [path, kind] of tags) changes.set(path, kind);
    const region = this.#configured?.settings.region ?? "";
    const replaces = changes.size === 0 ? [] : replacedBy(token, { region, ...before }, { region, ...after });
    return { changes, replaces, deleteBeforeReplace: replaces.length > 0 && keepsName(type, before, after) };
  }

  /** What is known before the creation: the inputs. */
  planned(urn: string, inputs: PropertyMap): PropertyMap {
    return this.#outputs(typeOf(typeOfUrn(urn)), inputs, {});
  }

  async create(urn: string, inputs: PropertyMap): Promise<Instance> {
    const type = typeOf(typeOfUrn(urn));
    const { id, outputs } = await createInstance(type, urn, reveal(inputs), this.#context(inputs));
    return { id, outputs: this.#outputs(type, inputs, outputs) };
  }

  /**
   * The resource as it is in AWS; undefined when it is gone. Without inputs it is imported. Of types that have no reader, a
   * refresh finds out only whether the resource exists.
   */
  async read(recorded: Recorded): Promise<Recorded | undefined> {
    const token = typeOfUrn(recorded.urn);
    const reader = readerOf(token);
    const isImport = Object.keys(recorded.inputs).length === 0;
    const context = this.#context(recorded.inputs);
    if (!reader) {
      if (isImport)
        throw new Error(
          `${token} ${recorded.id} cannot be imported: pulumi-local imports only ${readableTypes.join(", ")}`,
        );
      this.#reportUnread(token);
      return (await stillExists(context.call, { ...recorded, type: token })) ? recorded : undefined;
    }
    const live = await reader(recorded.id, context).catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
    if (!live) return undefined;
    return isImport ? this.#imported(recorded, live) : this.#refreshed(recorded, live);
  }

  #imported({ urn, id }: Recorded, live: Live): Recorded {
    const inputs = { ...importedInputs(live), ...this.#tagsIn({}, live) };
    const { outputs } = instanceOf(
      typeOf(typeOfUrn(urn)).describe(inputs, this.#context(inputs).location, urn),
      { outputs: live.outputs ?? {} },
      inputs,
    );
    return { urn, id: live.id ?? id, inputs, outputs: { ...outputs, ...inputs, ...tagsAllOf(live) } };
  }

  #refreshed({ urn, id, ...recorded }: Recorded, live: Live): Recorded {
    const { tags: _, ...withoutTags } = recorded.inputs;
    const refreshed = refreshedInputs(withoutTags, live);
    const code = changedCode(recorded.outputs, live) ? { code: undefined } : {};
    const inputs = defined({ ...refreshed, ...code, ...this.#tagsIn(recorded.inputs, live) });
    const kept = Object.entries(recorded.outputs).filter(([key]) => recorded.inputs[key] === undefined);
    const { [DEFAULTS]: __, ...given } = inputs;
    const outputs = { ...Object.fromEntries(kept), ...live.outputs, ...given, ...tagsAllOf(live) };
    return { urn, id, inputs, outputs: defined(outputs) };
  }

  #tagsIn({ tags: recorded }: PropertyMap, { tags }: Live): PropertyMap {
    if (!tags) return recorded === undefined ? {} : { tags: recorded };
    const own = ownTags(recorded, tags, this.#ready().settings.tags);
    return recorded === undefined && Object.keys(own).length === 0 ? {} : { tags: own };
  }

  /** One line for each type, not for each resource. */
  #reportUnread(token: string): void {
    if (this.#unread.has(token)) return;
    this.#unread.add(token);
    this.log(`${token}: only whether these exist is compared, not their settings`);
  }

  /** The outputs after an update from the recorded inputs to the new ones. */
  updated({ urn, inputs, outputs }: Recorded, news: PropertyMap, refreshed: PropertyMap = {}): PropertyMap {
    const kept = Object.entries(outputs).filter(([key]) => inputs[key] === undefined);
    return this.#outputs(typeOf(typeOfUrn(urn)), news, { ...Object.fromEntries(kept), ...refreshed });
  }

  async update(recorded: Recorded, news: PropertyMap): Promise<PropertyMap> {
    const type = typeOf(typeOfUrn(recorded.urn));
    const changed = changedInputs(
      { inputs: comparable(recorded.inputs), tags: oldTags(recorded.outputs) },
      { inputs: comparable(news), tags: this.#tagsAll(type, news) ?? {} },
    );
    const old = reveal(recorded.inputs);
    const instance = { id: recorded.id, outputs: reveal(recorded.outputs) };
    const of = existing(this.#context(news), instance, old, changed);
    return this.updated(
      recorded,
      news,
      await updateInstance(type, reveal(news), oldTags(recorded.outputs), of),
    );
  }

  async delete({ urn, id, inputs, outputs }: Recorded): Promise<void> {
    const plain = { urn, id, inputs: reveal(inputs), outputs: reveal(outputs) };
    await deleteInstance(typeOf(typeOfUrn(urn)), plain, this.#context(inputs));
  }

  invoke(token: string, args: PropertyMap): PropertyMap {
    const { settings, account } = this.#ready();
    return answerInvoke(token, args, locationOf(settings, account));
  }

  #ready() {
    if (!this.#configured) throw new Error("the provider is not configured");
    return this.#configured;
  }

  #context(inputs: PropertyMap): Context {
    const { settings, callers, account } = this.#ready();
    const location = locationOf(settings, account, inputs);
    const tags = comparable(tagsOf(settings, inputs)) as Record<string, string>;
    return { call: callers.in(location.region), location, dir: this.dir, tags };
  }

  #outputs(type: AnyType, inputs: PropertyMap, computed: PropertyMap): PropertyMap {
    const { [DEFAULTS]: _, ...given } = inputs;
    const tagsAll = this.#tagsAll(type, inputs);
    return { ...computed, ...given, ...(tagsAll && { tagsAll }) };
  }

  #tagsAll(type: AnyType, inputs: PropertyMap): PropertyMap | undefined {
    return type.taggable ? tagsOf(this.#ready().settings, inputs) : undefined;
  }
}

const tagsAllOf = ({ tags }: Live): PropertyMap => (tags ? { tagsAll: tags } : {});

/** Whether a function has other code than it was deployed with. */
const changedCode = (recorded: PropertyMap, { outputs }: Live): boolean =>
  recorded.codeSha256 !== undefined && outputs?.codeSha256 !== recorded.codeSha256;

const oldTags = ({ tagsAll }: PropertyMap): PropertyMap => (isObject(tagsAll) ? tagsAll : {});

const isNamedByUs = (old: PropertyMap, nameInput: string): boolean => {
  const { [DEFAULTS]: filledIn } = old;
  return Array.isArray(filledIn) && filledIn.includes(nameInput) && typeof old[nameInput] === "string";
};

/** As in Pulumi's AWS provider: two resources cannot have one name that the program gave. */
const keepsName = ({ nameInput }: AnyType, before: PropertyMap, after: PropertyMap): boolean =>
  nameInput !== undefined && before[nameInput] !== undefined && before[nameInput] === after[nameInput];
