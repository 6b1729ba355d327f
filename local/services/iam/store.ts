import { Collection } from "../../storage/collection";

export interface Role {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date;
  trust: string;
  description?: string;
  maxSessionSeconds: number;
  permissionsBoundary?: string;
  tags: Record<string, string>;
  /** Inline policies by name. */
  inline: Record<string, string>;
  /** ARNs of attached managed policies. */
  attached: string[];
}

/** Roles and policies of one account. */
export class IamStore {
  readonly roles: Collection<Role>;

  constructor(dir: string) {
    this.roles = new Collection(dir, "roles");
  }
}
