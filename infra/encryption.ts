import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../data/names";
import type { Statement } from "./permissions";

export interface StackKeyArgs {
  readonly names: Names;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Keep the key, and what it encrypts, when the stack is destroyed. */
  readonly isProtected: boolean;
}

/** Customer-managed KMS key for all stored data. */
export class StackKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: StackKeyArgs, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:encryption:StackKey", name, {}, options);
    const { names, isProtected } = args;
    const key = new aws.kms.Key(
      name,
      {
        description: `Data of ${names.base}`,
        enableKeyRotation: true,
        deletionWindowInDays: isProtected ? 30 : 7,
        policy: keyPolicy(args),
      },
      { parent: this, ...(isProtected && { protect: true, retainOnDelete: true }) },
    );
    new aws.kms.Alias(
      `${name}-alias`,
      { name: `alias/${names.base}`, targetKeyId: key.keyId },
      { parent: this },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** What a role needs to read and write data that the key encrypts; nothing without a key. */
export const useKey = (key: pulumi.Input<string> | undefined): Statement[] =>
  key === undefined
    ? []
    : [{ sid: "UseKey", actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key] }];

function keyPolicy({ account, region, partition }: StackKeyArgs): string {
  const sameAccount = { StringEquals: { "aws:SourceAccount": account } };
  const logs = `arn:${partition}:logs:${region}:${account}:*`;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      // In a key policy "*" is the key itself. Without this statement no role could ever change the key again.
      allow("AccountDecides", { AWS: `arn:${partition}:iam::${account}:root` }, [...USE, ...ADMINISTER]),
      allow("Alarms", { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }, USE, sameAccount),
      allow("Logs", { Service: `logs.${region}.amazonaws.com` }, [...USE, "kms:Encrypt", "kms:DescribeKey"], {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": logs },
      }),
    ],
  });
}

const USE = ["kms:Decrypt", "kms:GenerateDataKey"];

/** Key administration, and grants to services, for principals that the account's own policies allow. */
const ADMINISTER = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:CreateGrant",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:Encrypt",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:RetireGrant",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

const allow = (sid: string, principal: object, actions: readonly string[], condition?: object) => ({
  Sid: sid,
  Effect: "Allow",
  Principal: principal,
  Action: actions,
  Resource: "*",
  ...(condition && { Condition: condition }),
});
