import { Collection } from "../../storage/collection";

export interface Role {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date;
  /** Its trust policy: who may act in it. */
  trust: string;
  description?: string | undefined;
  maxSessionSeconds: number;
  /** ARN of the policy that bounds what its other policies may grant. */
  boundary?: string | undefined;
  tags: Record<string, string>;
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
  tags: Record<string, string>;
  versions: PolicyVersion[];
  /** Version ids are never used again. */
  nextVersion: number;
}

export interface PolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly created: Date;
  isDefault: boolean;
}

/** Roles by name and managed policies by ARN, of one account. */
export class IamStore {
  readonly roles: Collection<Role>;
  readonly policies: Collection<ManagedPolicy>;

  constructor(dir: string) {
    this.roles = new Collection(dir, "roles");
    this.policies = new Collection(dir, "policies");
  }
}
