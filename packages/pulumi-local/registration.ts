import type { PropertyMap } from "./values";

/** A resource as the program declares it. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** False for components, which exist only in the program. */
  readonly custom: boolean;
  readonly parent: string;
  readonly inputs: PropertyMap;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** "<urn>::<id>" of an explicit provider, or "". */
  readonly provider: string;
  /** Undefined: inherited from the parent. */
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly aliases: readonly string[];
  readonly secretOutputs: readonly string[];
}

/** The engine's answer. Outputs that are left out are unknown to the program during a preview. */
export interface Registered {
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** Gives a program's resources their outputs: a preview makes them up, a deployment creates the resources. */
export interface Backend {
  register(resource: Registration): Promise<Registered>;
  invoke(token: string, args: PropertyMap, provider: string): Promise<PropertyMap>;
  /** Called when the program has declared more resources: how many so far, components and providers left out. */
  declared?(count: number): void;
  /** Called after the program succeeded: deletes the resources that it no longer declares. */
  finish(): Promise<void>;
}

export const STACK_TYPE = "pulumi:pulumi:Stack";

/** urn:pulumi:<stack>::<project>::<parent types, $-separated>$<type>::<name> */
export function urnOf(stack: string, project: string, parent: string, type: string, name: string): string {
  const parentTypes = parent === "" ? "" : qualifiedType(parent);
  const types = parentTypes === "" || parentTypes === STACK_TYPE ? type : `${parentTypes}$${type}`;
  return `urn:pulumi:${stack}::${project}::${types}::${name}`;
}

const qualifiedType = (urn: string): string => urn.split("::")[2] ?? "";

export const typeOfUrn = (urn: string): string => qualifiedType(urn).split("$").at(-1) ?? "";
export const nameOfUrn = (urn: string): string => urn.split("::").slice(3).join("::");
