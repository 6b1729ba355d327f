import { createHash } from "node:crypto";
import type { Unwrap } from "@pulumi/pulumi";
import type { CallAws } from "../aws";
import type { Registered } from "../backend";
import { nameOfUrn } from "../urn";
import type { PropertyMap } from "../values";

/** Where a stack lives. */
export interface Site {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** What a resource's calls may use. */
export interface Context {
  readonly call: CallAws;
  readonly site: Site;
  /** The program's folder: assets and archives are read from there. */
  readonly dir: string;
  /** All tags, the provider's default ones included. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Existing<Args> extends Context {
  readonly id: string;
  readonly outputs: PropertyMap;
  /** Inputs it was deployed with; secrets and contents are digests. */
  readonly old: Args;
  /** Names of the inputs that differ. */
  readonly changed: ReadonlySet<string>;
}

/** A resource type of the provider: how it looks, and the AWS calls behind it. */
export interface ResourceType<Args = never> {
  /** The input that names it in AWS; made up from the logical name where the program gives none. */
  readonly nameInput?: string;
  /** Inputs whose change needs another resource. */
  readonly replaceOn?: readonly string[];
  /** Losing one loses what is in it. */
  readonly holdsData?: boolean;
  readonly taggable?: boolean;
  /** Id and computed outputs, well formed; what AWS makes up is derived from the URN. */
  readonly describe: (inputs: Args, site: Site, urn: string) => Described;
  /** Returns what AWS made up. */
  readonly create: (inputs: Args, context: Context) => Promise<Partial<Described> | undefined>;
  /** Without it a changed resource is replaced. */
  readonly update?: (inputs: Args, existing: Existing<Args>) => Promise<void>;
  readonly delete: (inputs: Args, existing: Existing<Args>) => Promise<void>;
}

export interface Described extends Pick<Registered, "id"> {
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export type AnyType = ResourceType<unknown>;
export type Types = Readonly<Record<string, AnyType>>;

/** Gives the functions of a type the inputs of `Args`, as plain values. */
export const type = <Args>(definition: ResourceType<Unwrap<Args>>): AnyType =>
  definition as unknown as AnyType;

export const arn = (site: Site, service: string, resource: string): string =>
  `arn:${site.partition}:${service}:${site.region}:${site.account}:${resource}`;

/** Hexadecimal digits that AWS would make up, the same on every run. */
export const digits = (urn: string, length: number): string =>
  createHash("sha256").update(urn).digest("hex").slice(0, length);

export const uuidFor = (urn: string): string =>
  digits(urn, 32).replace(/^(.{8})(.{3}).(.{3}).(.{3})..(.{12}).*$/, "$1-$2a-4$3-8$4-$5");

export const autoName = (urn: string): string => `${nameOfUrn(urn)}-${digits(urn, 7)}`;

/** AWS writes the members of its structures in PascalCase, the provider in camelCase. */
export function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(item)]),
  );
}

export const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** A policy is an object or its text. */
export const policyText = (policy: unknown): string =>
  typeof policy === "string" ? policy : JSON.stringify(policy);

/** A wait that ends when `ready` does, for resources that come into being slowly. */
export async function until(ready: () => Promise<boolean>, what: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if (await ready()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} is not ready after a minute`);
}
