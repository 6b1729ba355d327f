import { Collection } from "../../storage/collection";
import type { Tags } from "../shared/tags";

export interface Role {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date;
  /** The trust policy: who may assume the role. */
  trust: string;
  description?: string | undefined;
  maxSessionSeconds: number;
  /** ARN of the permissions boundary. */
  boundary?: string | undefined;
  tags: Tags;
  /** Inline policies by name. */
  inline: Record<string, string>;
  /** ARNs of attached managed policies. */
  attached: string[];
}

export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date;
  updated: Date;
  readonly description?: string | undefined;
  tags: Tags;
  versions: PolicyVersion[];
  /** The number of the next version. Numbers are never reused. */
  nextVersion: number;
}

export interface PolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly created: Date;
  isDefault: boolean;
}

/** The account's roles by name and managed policies by ARN. */
export class IamStore {
  readonly roles: Collection<Role>;
  readonly policies: Collection<ManagedPolicy>;

  constructor(dir: string) {
    this.roles = new Collection(dir, "roles");
    this.policies = new Collection(dir, "policies");
  }
}
