import { strict as assert } from "node:assert";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { type Lab, lab } from "../lambda/lab";

describe("Log groups", () => {
  let at: Lab;
  let logs: CloudWatchLogs;
  const logGroupName = "/aws/lambda/poll";
  beforeEach(async () => {
    at = await lab();
    logs = new CloudWatchLogs({ ...at.client, maxAttempts: 1 });
    await logs.createLogGroup({ logGroupName, tags: { a: "1" } });
  });
  afterEach(async () => {
    logs.destroy();
    await at.end();
  });
  const group = async () => (await logs.describeLogGroups({})).logGroups?.[0];

  it("keep their events forever after the retention policy is deleted", async () => {
    await logs.putRetentionPolicy({ logGroupName, retentionInDays: 7 });
    assert.equal((await group())?.retentionInDays, 7);
    await logs.deleteRetentionPolicy({ logGroupName });
    assert.equal((await group())?.retentionInDays, undefined);
  });

  it("have a KMS key associated and removed", async () => {
    const Policy = JSON.stringify({
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "logs.us-east-1.amazonaws.com" },
          Action: "kms:*",
          Resource: "*",
        },
      ],
    });
    const { KeyMetadata } = await at.cloud.call(
      "kms",
      "CreateKey",
      { Policy, BypassPolicyLockoutSafetyCheck: true },
      at.cloud.administrator,
    );
    const kmsKeyId = KeyMetadata?.Arn ?? "";
    await logs.associateKmsKey({ logGroupName, kmsKeyId });
    assert.equal((await group())?.kmsKeyId, kmsKeyId);
    await logs.disassociateKmsKey({ logGroupName });
    assert.equal((await group())?.kmsKeyId, undefined);
  });

  it("have tags, also with the deprecated operations", async () => {
    await logs.tagLogGroup({ logGroupName, tags: { b: "2" } });
    await logs.untagLogGroup({ logGroupName, tags: ["a"] });
    assert.deepEqual((await logs.listTagsLogGroup({ logGroupName })).tags, { b: "2" });
  });
});
