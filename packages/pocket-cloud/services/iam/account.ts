import { randomBytes } from "node:crypto";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { pageOf } from "../shared/paging";
import type { TagList } from "../shared/tags";
import { awsManagedPolicy } from "./aws-managed";
import { base32 } from "./keys";
import type { IamStore, ManagedPolicy, PolicyVersion, Role } from "./store";

const ID_LENGTH = 17;

/** The store of the account, with the look-ups that IAM's operations share. */
export class Account {
  constructor(
    readonly cloud: CloudContext,
    readonly store: IamStore,
  ) {}

  now(): Date {
    return new Date(this.cloud.clock.now());
  }

  arn(kind: "role" | "policy", path: string, name: string): string {
    return `arn:aws:iam::${this.cloud.accountId}:${kind}${path}${name}`;
  }

  /** The resource of IAM checks; a role that does not exist has the ARN it would have. */
  readonly roleArns = ({ RoleName = "" }: { RoleName: string | undefined }): string[] => [
    this.store.roles.get(RoleName)?.arn ?? this.arn("role", "/", RoleName),
  ];

  readonly policyArns = ({ PolicyArn = "*" }: { PolicyArn: string | undefined }): string[] => [PolicyArn];

  role(name: string | undefined): Role {
    const role = this.store.roles.get(name ?? "");
    if (role) return role;
    throw noSuchEntity(`The role with name ${name} cannot be found.`);
  }

  changeRole(name: string | undefined, change: (role: Role) => void): Record<string, never> {
    this.store.roles.update(this.role(name).name, change);
    return {};
  }

  hasPolicy = (arn = ""): boolean => this.store.policies.has(arn) || awsManagedPolicy(arn) !== undefined;

  policy(arn = ""): ManagedPolicy {
    const policy = this.store.policies.get(arn) ?? awsManagedPolicy(arn);
    if (policy) return policy;
    // Recorded by LocalStack's test_role_attach_policy.
    if (!arn.startsWith("arn:"))
      throw new AwsError("ValidationException", "Invalid ARN:  Could not be parsed!", 400);
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }

  /** A policy of this account. AWS's own policies cannot be changed. */
  customerPolicy(arn = ""): ManagedPolicy {
    const policy = this.policy(arn);
    if (this.store.policies.has(arn)) return policy;
    throw new AwsError(
      "AccessDeniedException",
      `The policy ${arn} is managed by AWS and cannot be changed.`,
      403,
    );
  }

  changePolicy(arn: string | undefined, change: (policy: ManagedPolicy) => void): Record<string, never> {
    this.store.policies.update(this.customerPolicy(arn).arn, change);
    return {};
  }

  rolesWith(policyArn: string): Role[] {
    return this.store.roles.values().filter(({ attached }) => attached.includes(policyArn));
  }
}

export const newId = (prefix: "AROA" | "ANPA"): string => prefix + base32(randomBytes(ID_LENGTH));

export const defaultVersion = ({ versions }: ManagedPolicy): PolicyVersion => {
  const found = versions.find(({ isDefault }) => isDefault);
  if (found) return found;
  throw new AwsError("InternalFailure", "the policy has no default version", 500);
};

export const noSuchEntity = (message: string): AwsError =>
  new AwsError("NoSuchEntityException", message, 404);

/** Keys ignore case. */
export function checkTags(tags: TagList = []): void {
  const keys = tags.map(({ Key = "" }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw new AwsError(
      "InvalidInput",
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
}

export const conflict = (message: string): AwsError => new AwsError("DeleteConflictException", message, 409);

export const alreadyExists = (message: string): AwsError =>
  new AwsError("EntityAlreadyExistsException", message, 409);

/** IAM returns policy documents percent-encoded. */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** One page of a list, in IAM's terms: the marker is the encoded token of the next page. */
export function page<T>(
  all: readonly T[],
  { Marker, MaxItems = 100 }: { Marker?: string | undefined; MaxItems?: number | undefined },
) {
  const token = Marker === undefined ? undefined : Buffer.from(Marker, "base64").toString();
  if (token !== undefined && !/^\d+$/.test(token))
    throw new AwsError("ValidationException", "Invalid Marker.");
  const { items, next } = pageOf(all, token, MaxItems);
  const more = next.NextToken !== undefined;
  return {
    items,
    rest: {
      IsTruncated: more,
      ...(more && { Marker: Buffer.from(next.NextToken ?? "").toString("base64") }),
    },
  };
}
