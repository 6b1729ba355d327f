import type { Registration } from "./backend";
import type { Config } from "./project";
import { type AnyType, autoName, type Site } from "./resources/type";
import { isObject, type PropertyMap, reveal, type Value } from "./values";

interface Settings {
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}

const PROVIDER = "pulumi:providers:aws";

/** The AWS providers of a program: the default one from its configuration, and those it makes itself. */
export class Providers {
  readonly #explicit = new Map<string, Settings>();
  readonly #default: Settings;

  constructor(
    readonly account: string,
    config: Config,
    region: string,
  ) {
    const configured = config.values["aws:defaultTags"];
    this.#default = settings({
      region: config.values["aws:region"] ?? region,
      ...(configured !== undefined && { defaultTags: configured }),
    });
  }

  /** Takes note of a provider resource; true when it is one. */
  add(resource: Registration): boolean {
    if (resource.type !== PROVIDER) return false;
    this.#explicit.set(resource.urn, settings({ region: this.#default.region, ...reveal(resource.inputs) }));
    return true;
  }

  site(provider: string, inputs: PropertyMap = {}): Site {
    const region = typeof inputs.region === "string" ? inputs.region : this.#of(provider).region;
    return { account: this.account, region, partition: partitionOf(region) };
  }

  /** The provider's default tags under the resource's own; some may be secret. */
  tags(provider: string, inputs: PropertyMap): PropertyMap {
    return { ...this.#of(provider).tags, ...(isObject(inputs.tags) && inputs.tags) };
  }

  /** `provider` is "<urn>::<id>". */
  #of(provider: string): Settings {
    return this.#explicit.get(provider.slice(0, provider.lastIndexOf("::"))) ?? this.#default;
  }
}

/** The runtime sends a provider's structured inputs as JSON text. */
function settings(inputs: PropertyMap): Settings {
  const tags =
    typeof inputs.defaultTags === "string" ? (JSON.parse(inputs.defaultTags) as Value) : inputs.defaultTags;
  return {
    region: String(inputs.region),
    tags: isObject(tags) && isObject(tags.tags) ? (tags.tags as Record<string, string>) : {},
  };
}

const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

/** Inputs with the physical name filled in that the provider would make up. */
export function named(type: AnyType, resource: Registration): PropertyMap {
  const input = type.nameInput;
  if (input === undefined || resource.inputs[input] !== undefined) return resource.inputs;
  return { ...resource.inputs, [input]: autoName(resource.urn) };
}

/** Without the members that have no value. */
export const defined = (map: Readonly<Record<string, unknown>>): PropertyMap =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as PropertyMap;
