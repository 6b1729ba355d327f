import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** One permission, named by its purpose. Actions and resources are always spelled out. */
export interface Statement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface ServiceRoleArgs {
  readonly name: string;
  /** The service that assumes the role. */
  readonly service: string;
  /** The service may act only on behalf of this account. */
  readonly sourceAccount?: string;
  readonly statements: readonly Statement[];
}

/** A role for one AWS service with exactly these permissions. What needs them depends on `policy`. */
export function serviceRole(name: string, args: ServiceRoleArgs, options: pulumi.ResourceOptions) {
  const role = new aws.iam.Role(
    `${name}-role`,
    { name: args.name, assumeRolePolicy: trust(args.service, args.sourceAccount) },
    options,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-policy`,
    { name: "permissions", role: role.name, policy: allow(args.statements) },
    options,
  );
  return { role, policy, arn: role.arn };
}

const allow = (statements: readonly Statement[]): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      ...(conditions && { Condition: conditions }),
    })),
  });

/** AWS documents sts:ExternalId for Firehose ("Allow Firehose to assume an IAM role"), but not aws:SourceAccount. */
const accountKey = (service: string): string =>
  service === "firehose.amazonaws.com" ? "sts:ExternalId" : "aws:SourceAccount";

const trust = (service: string, sourceAccount: string | undefined): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Trust",
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(sourceAccount && { Condition: { StringEquals: { [accountKey(service)]: sourceAccount } } }),
      },
    ],
  });
