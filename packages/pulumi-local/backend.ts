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
  /** Undefined: as the parent. */
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly aliases: readonly string[];
  readonly secretOutputs: readonly string[];
}

/** What became of it. Outputs that are left out are unknown to the program while previewing. */
export interface Registered {
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** Gives a program's resources their outputs: a preview makes them up, a deployment creates them. */
export interface Backend {
  register(resource: Registration): Promise<Registered>;
  invoke(token: string, args: PropertyMap, provider: string): Promise<PropertyMap>;
  /** After the program ran to its end: what is no longer in it goes. */
  finish(): Promise<void>;
}
