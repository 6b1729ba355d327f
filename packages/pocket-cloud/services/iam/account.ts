import { randomBytes } from "node:crypto";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { awsManagedPolicy } from "./aws-managed";
import { base32 } from "./keys";
import type { IamStore, ManagedPolicy, PolicyVersion, Role } from "./store";

const ID_LENGTH = 17;

/** What IAM's operations share: the store of one account, and how it is looked things up in. */
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

  /** For authorisation: the ARN a role has, or would have. */
  roleArn(name: string): string {
    return this.store.roles.get(name)?.arn ?? this.arn("role", "/", name);
  }

  role(name: string): Role {
    const role = this.store.roles.get(name);
    if (role) return role;
    throw noSuchEntity(`The role with name ${name} cannot be found.`);
  }

  policy(arn: string): ManagedPolicy {
    const policy = this.store.policies.get(arn) ?? awsManagedPolicy(arn);
    if (policy) return policy;
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }

  /** Of the policies that can be changed: AWS's own cannot. */
  ownPolicy(arn: string): ManagedPolicy {
    const policy = this.policy(arn);
    if (this.store.policies.has(arn)) return policy;
    throw new AwsError(
      "AccessDeniedException",
      `The policy ${arn} is managed by AWS and cannot be changed.`,
      403,
    );
  }

  rolesWith(policyArn: string): Role[] {
    return this.store.roles.values().filter(({ attached }) => attached.includes(policyArn));
  }
}

export const newId = (prefix: "AROA" | "ANPA"): string => prefix + base32(randomBytes(ID_LENGTH));

export const defaultVersion = ({ versions }: ManagedPolicy): PolicyVersion => {
  const found = versions.find(({ isDefault }) => isDefault);
  if (found) return found;
  throw new AwsError("InternalFailure", "a policy lost its default version", 500);
};

export const noSuchEntity = (message: string): AwsError =>
  new AwsError("NoSuchEntityException", message, 404);

export const conflict = (message: string): AwsError => new AwsError("DeleteConflictException", message, 409);

export const alreadyExists = (message: string): AwsError =>
  new AwsError("EntityAlreadyExistsException", message, 409);

/** Policy documents leave IAM percent-encoded. */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const tagRecord = (
  tags: readonly { Key: string | undefined; Value: string | undefined }[] | undefined,
) => Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));

/** One page of a list; the marker is the position the next one begins at. */
export function page<T>(
  items: readonly T[],
  input: { Marker?: string | undefined; MaxItems?: number | undefined },
) {
  const from = input.Marker === undefined ? 0 : Number(Buffer.from(input.Marker, "base64").toString());
  if (!Number.isInteger(from) || from < 0) throw new AwsError("ValidationException", "Invalid Marker.");
  const to = from + (input.MaxItems ?? 100);
  const more = to < items.length;
  return {
    items: items.slice(from, to),
    rest: { IsTruncated: more, ...(more && { Marker: Buffer.from(String(to)).toString("base64") }) },
  };
}
