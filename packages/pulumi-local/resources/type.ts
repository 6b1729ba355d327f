import { createHash } from "node:crypto";
import type { Unwrap } from "@pulumi/pulumi";
import type { CallAws } from "../aws";
import { nameOfUrn, type Registered } from "../registration";
import type { PropertyMap } from "../values";

export interface Location {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** What a resource's calls may use. */
export interface Context {
  readonly call: CallAws;
  readonly location: Location;
  /** The program's folder, from which assets and archives are read. */
  readonly dir: string;
  /** The resource's tags and the provider's default ones. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Existing<Args> extends Context {
  readonly id: string;
  readonly outputs: PropertyMap;
  /** The inputs it was deployed with. Secrets, assets and archives are digests. */
  readonly old: Args;
  /** Names of the inputs that differ. */
  readonly changed: ReadonlySet<string>;
}

export interface TagChange {
  readonly set: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

/** Changes the tags of an existing resource. */
export type ChangeTags = (change: TagChange, existing: Existing<unknown>) => Promise<unknown>;

/** A resource type: how its outputs are formed, and the AWS calls behind it. */
export interface ResourceType<Args = never> extends Traits<Args> {
  /** Returns the id and outputs that AWS chose. */
  readonly create: (inputs: Args, context: Context) => Promise<Partial<Described> | undefined>;
  /** A changed resource without `update` is replaced. */
  readonly update?: (inputs: Args, existing: Existing<Args>) => Promise<unknown>;
}

interface Traits<Args> {
  /**
   * The id and outputs of an existing resource with these inputs, for types whose id AWS chooses. `isKnown`: whether
   * an id belongs to another resource of the program.
   */
  readonly find?: (
    inputs: Args,
    context: Context,
    isKnown: (id: string) => boolean,
  ) => Promise<Partial<Described> | undefined>;
  /** The input that holds the name in AWS. Without a value it is derived from the logical name. */
  readonly nameInput?: string;
  /** Inputs whose change needs a replacement. */
  readonly replaceOn?: readonly string[];
  /** Whether deleting the resource deletes data. */
  readonly holdsData?: boolean;
  /** For types with tags: how those of an existing resource are changed. */
  readonly taggable?: ChangeTags;
  /** Outputs that an update may change. */
  readonly refresh?: (inputs: Args, existing: Existing<Args>) => Promise<Described["outputs"]>;
  /** The id and outputs as AWS forms them. What AWS generates is derived from the URN. */
  readonly describe: (inputs: Args, location: Location, urn: string) => Described;
  readonly delete: (inputs: Args, existing: Existing<Args>) => Promise<unknown>;
}

/** A resource type whose one call both creates and updates. */
interface PutType<Args> extends Traits<Args> {
  readonly put: (inputs: Args, context: Context) => Promise<unknown>;
}

export interface Described extends Pick<Registered, "id"> {
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export type AnyType = ResourceType<unknown>;
export type Types = Readonly<Record<string, AnyType>>;

/** Types the functions of a resource type by the provider's args, as plain values. */
export function type<Args>(definition: ResourceType<Unwrap<Args>> | PutType<Unwrap<Args>>): AnyType {
  if (!("put" in definition)) return definition as unknown as AnyType;
  const { put, ...traits } = definition;
  const create: typeof put = async (inputs, context) => {
    await put(inputs, context);
  };
  return { ...traits, create, update: put } as unknown as AnyType;
}

export const arn = (location: Location, service: string, resource: string): string =>
  `arn:${location.partition}:${service}:${location.region}:${location.account}:${resource}`;

/** Describes a resource whose id is its name, and whose ARN ends with `prefix` and the name. */
export const byName =
  (service: string, prefix: string) =>
  ({ name = "" }: { name?: string | undefined }, location: Location): Described => ({
    id: name,
    outputs: { name, arn: arn(location, service, prefix + name) },
  });

/** Hexadecimal digits in place of ones that AWS generates, the same on every run. */
export const digits = (urn: string, length: number): string =>
  createHash("sha256").update(urn).digest("hex").slice(0, length);

export const uuidFor = (urn: string): string =>
  digits(urn, 32).replace(/^(.{8})(.{3}).(.{3}).(.{3})..(.{12}).*$/, "$1-$2a-4$3-8$4-$5");

export const autoName = (urn: string): string => `${nameOfUrn(urn)}-${digits(urn, 7)}`;

/** Converts the provider's camelCase members to AWS's PascalCase. */
export function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(item)]),
  );
}

type Tags = Context["tags"];

export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The member `Tags` of a request; left out when there are none, because AWS refuses an empty list. */
export const tagged = (tags: Tags): { Tags?: { Key: string; Value: string }[] } =>
  Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {};

/** A policy document as text; programs give an object or text. */
export const policyText = (policy: unknown): string =>
  typeof policy === "string" ? policy : JSON.stringify(policy);

/** Polls until `ready` resolves to true. `what` names the resource in the error after a minute. */
export async function until(ready: () => Promise<boolean>, what: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if (await ready()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} is not ready after a minute`);
}
