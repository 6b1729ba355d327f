import { strict as assert } from "node:assert";
import { KMS } from "@aws-sdk/client-kms";
import { type Lab, lab } from "../lambda/lab";

describe("The policy of a KMS key", () => {
  let at: Lab;
  let kms: KMS;
  before(async () => {
    at = await lab();
    kms = new KMS({ ...at.client, maxAttempts: 1 });
  });
  after(async () => {
    kms.destroy();
    await at.end();
  });

  it("must let its caller change it again, unless the check is bypassed", async () => {
    const policy = (AWS: string, Action: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS }, Action, Resource: "*" }],
      });
    const root = `arn:aws:iam::${at.cloud.accountId}:root`;
    const locking = [policy(at.role, "kms:*"), policy(root, "kms:Decrypt")];
    const refusal = {
      name: "MalformedPolicyDocumentException",
      message: "The new key policy will not allow you to update the key policy in the future.",
    };
    const { KeyMetadata } = await kms.createKey({ Policy: policy(root, "kms:*") });
    const KeyId = KeyMetadata?.KeyId;
    for (const Policy of locking) {
      await assert.rejects(kms.createKey({ Policy }), refusal);
      await assert.rejects(kms.putKeyPolicy({ KeyId, Policy }), refusal);
    }
    await kms.putKeyPolicy({ KeyId, Policy: policy(root, "kms:P*") });
    await kms.putKeyPolicy({ KeyId, Policy: locking[0], BypassPolicyLockoutSafetyCheck: true });
    await kms.createKey({ Policy: locking[1], BypassPolicyLockoutSafetyCheck: true });
  });
});
