import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { allow, type Statement, trust } from "./statements";

export interface ServiceRoleArgs {
  readonly name: string;
  readonly service: string;
  /** The service may act only for this account. */
  readonly sourceAccount?: string;
  readonly statements: readonly Statement[];
}

/** A role for one AWS service with exactly these permissions; use `arn`, which waits for them. */
export function serviceRole(name: string, args: ServiceRoleArgs, parent: pulumi.Resource) {
  const role = new aws.iam.Role(
    `${name}-role`,
    { name: args.name, assumeRolePolicy: trust(args.service, args.sourceAccount) },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-policy`,
    { name: "permissions", role: role.name, policy: allow(args.statements) },
    { parent },
  );
  return { role, policy, arn: role.arn };
}
