import type { Config } from "./project";
import type { Registration } from "./registration";
import { type AnyType, autoName, type Location } from "./resources/type";
import { isObject, type PropertyMap, reveal, type Value } from "./values";

/** The settings of a provider that every resource depends on. */
export interface ProviderConfig {
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}

const PROVIDER = "pulumi:providers:aws";

/** The AWS providers of a program: the default one from its configuration, and explicit ones. */
export class Providers {
  readonly #explicit = new Map<string, ProviderConfig>();
  readonly #default: ProviderConfig;

  constructor(
    readonly account: string,
    config: Config,
    region: string,
  ) {
    const configured = config.values["aws:defaultTags"];
    this.#default = providerConfig({
      region: config.values["aws:region"] ?? region,
      ...(configured !== undefined && { defaultTags: configured }),
    });
  }

  /** Records an explicit provider; false for any other resource. */
  add(resource: Registration): boolean {
    if (resource.type !== PROVIDER) return false;
    this.#explicit.set(
      resource.urn,
      providerConfig({ region: this.#default.region, ...reveal(resource.inputs) }),
    );
    return true;
  }

  location(provider: string, inputs: PropertyMap = {}): Location {
    return locationOf(this.#of(provider), this.account, inputs);
  }

  /** The provider's default tags and the resource's own, which may be secret. */
  tags(provider: string, inputs: PropertyMap): PropertyMap {
    return tagsOf(this.#of(provider), inputs);
  }

  /** `provider` is "<urn>::<id>". */
  #of(provider: string): ProviderConfig {
    return this.#explicit.get(provider.slice(0, provider.lastIndexOf("::"))) ?? this.#default;
  }
}

export function providerConfig(inputs: PropertyMap): ProviderConfig {
  const tags = structured(inputs.defaultTags);
  return {
    region: String(inputs.region),
    tags: isObject(tags) && isObject(tags.tags) ? (tags.tags as Record<string, string>) : {},
  };
}

/** The runtime sends structured inputs of a provider as JSON text. */
export const structured = (input: Value | undefined): Value | undefined =>
  typeof input === "string" ? (JSON.parse(input) as Value) : input;

/** Where a resource is: a resource can name another region than its provider's. */
export function locationOf(config: ProviderConfig, account: string, inputs: PropertyMap = {}): Location {
  const region = typeof inputs.region === "string" ? inputs.region : config.region;
  return { account, region, partition: partitionOf(region) };
}

/** The provider's default tags and the resource's own, which may be secret. */
export const tagsOf = (config: ProviderConfig, inputs: PropertyMap): PropertyMap => ({
  ...config.tags,
  ...(isObject(inputs.tags) && inputs.tags),
});

const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

/** Adds the physical name that the provider would generate. */
export function withName(type: AnyType, resource: Registration): PropertyMap {
  const input = type.nameInput;
  if (input === undefined || resource.inputs[input] !== undefined) return resource.inputs;
  return { ...resource.inputs, [input]: autoName(resource.urn) };
}

/** Removes members without a value. */
export const defined = (map: Readonly<Record<string, unknown>>): PropertyMap =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as PropertyMap;
