import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Site } from "./setting";
import type { Statement } from "./statements";

/** A key of the customer's own for all that the stack stores; AWS's keys serve where there is none. */
export class StackKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, site: Site, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:encryption:StackKey", name, {}, options);
    const lasting = site.config.data === "protected";
    const key = new aws.kms.Key(
      name,
      {
        description: `Data of ${site.names.base}`,
        enableKeyRotation: true,
        deletionWindowInDays: lasting ? 30 : 7,
        policy: keyPolicy(site),
      },
      { parent: this, ...(lasting && { protect: true, retainOnDelete: true }) },
    );
    new aws.kms.Alias(
      `${name}-alias`,
      { name: `alias/${site.names.base}`, targetKeyId: key.keyId },
      { parent: this },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** What a role needs to read and write what the key encrypts; nothing where there is no key. */
export const useKey = (key: pulumi.Input<string> | undefined): Statement[] =>
  key === undefined
    ? []
    : [{ sid: "UseKey", actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key] }];

/** Only this account's services, and the account's own policies, decide about the key. */
function keyPolicy({ account, region, partition }: Site): string {
  const ours = { StringEquals: { "aws:SourceAccount": account } };
  const logs = `arn:${partition}:logs:${region}:${account}:*`;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      // A key's policy speaks of that key alone: "*" is the key, and without this statement nobody could change it.
      statement("AccountDecides", { AWS: `arn:${partition}:iam::${account}:root` }, [...USE, ...KEEP]),
      statement("Alarms", { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }, USE, ours),
      statement(
        "Logs",
        { Service: `logs.${region}.amazonaws.com` },
        [...USE, "kms:Encrypt", "kms:DescribeKey"],
        {
          ArnLike: { "kms:EncryptionContext:aws:logs:arn": logs },
        },
      ),
    ],
  });
}

const USE = ["kms:Decrypt", "kms:GenerateDataKey"];

/** For those whom the account's own policies let: to look after the key, and to hand its use on to services. */
const KEEP = [
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

const statement = (sid: string, principal: object, actions: readonly string[], condition?: object) => ({
  Sid: sid,
  Effect: "Allow",
  Principal: principal,
  Action: actions,
  Resource: "*",
  ...(condition && { Condition: condition }),
});
