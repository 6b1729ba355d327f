import { strict as assert } from "node:assert";
import { IAM } from "@aws-sdk/client-iam";
import { type Lab, lab } from "../lambda/lab";

describe("IAM roles and policies", () => {
  let at: Lab;
  let iam: IAM;
  const RoleName = "worker";
  beforeEach(async () => {
    at = await lab();
    iam = new IAM({ ...at.client, maxAttempts: 1 });
  });
  afterEach(async () => {
    iam.destroy();
    await at.end();
  });

  it("get a new description with UpdateRoleDescription", async () => {
    await iam.updateRoleDescription({ RoleName, Description: "writes the lake" });
    assert.equal((await iam.getRole({ RoleName })).Role?.Description, "writes the lake");
  });

  it("get a permissions boundary and lose it", async () => {
    const PermissionsBoundary = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    await iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary });
    assert.equal(
      (await iam.getRole({ RoleName })).Role?.PermissionsBoundary?.PermissionsBoundaryArn,
      PermissionsBoundary,
    );
    await iam.deleteRolePermissionsBoundary({ RoleName });
    assert.equal((await iam.getRole({ RoleName })).Role?.PermissionsBoundary, undefined);
  });

  it("have tags on policies", async () => {
    const { Policy } = await iam.createPolicy({
      PolicyName: "read",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
      }),
    });
    const PolicyArn = Policy?.Arn;
    await iam.tagPolicy({
      PolicyArn,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    await iam.untagPolicy({ PolicyArn, TagKeys: ["a"] });
    assert.deepEqual((await iam.listPolicyTags({ PolicyArn })).Tags, [{ Key: "b", Value: "2" }]);
  });

  describe("AWS managed policies", () => {
    const policy = (name: string) => `arn:aws:iam::aws:policy/${name}`;
    const NAMES = [
      ...["AmazonKinesisFullAccess", "AmazonKinesisReadOnlyAccess", "AmazonKinesisFirehoseFullAccess"],
      ...["AmazonS3FullAccess", "AmazonS3ReadOnlyAccess", "AmazonDynamoDBFullAccess", "AWSLambda_FullAccess"],
      ...[
        "AWSGlueConsoleFullAccess",
        "AmazonAthenaFullAccess",
        "CloudWatchFullAccess",
        "CloudWatchReadOnlyAccess",
      ],
      ...["service-role/AWSGlueServiceRole", "service-role/AWSLambdaKinesisExecutionRole"],
    ];

    it("exist for the services of a lake, and are listed", async () => {
      for (const name of NAMES)
        assert.equal((await iam.getPolicy({ PolicyArn: policy(name) })).Policy?.Arn, policy(name));
      const { Policies = [] } = await iam.listPolicies({ Scope: "AWS", MaxItems: 1000 });
      const listed = Policies.map(({ Arn }) => Arn);
      assert.deepEqual(
        NAMES.map(policy).filter((arn) => !listed.includes(arn)),
        [],
      );
      await assert.rejects(iam.getPolicy({ PolicyArn: policy("service-role/AmazonS3FullAccess") }), {
        name: "NoSuchEntityException",
      });
    });

    it("grant what they list, and no more", async () => {
      const role = { RoleName: "reader" };
      const AssumeRolePolicyDocument = JSON.stringify({
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      });
      const { Role } = await iam.createRole({ ...role, AssumeRolePolicyDocument });
      await iam.attachRolePolicy({ ...role, PolicyArn: policy("AmazonKinesisReadOnlyAccess") });
      const arn = Role?.Arn ?? "";
      const caller = {
        accountId: at.cloud.accountId,
        arn,
        userId: "x",
        role: { arn, name: "reader", sessionName: "x" },
      };
      await at.cloud.call("kinesis", "ListStreams", {}, caller);
      await assert.rejects(
        at.cloud.call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 }, caller),
        {
          name: "AccessDeniedException",
        },
      );
      await assert.rejects(at.cloud.call("s3", "ListBuckets", {}, caller), { name: "AccessDeniedException" });
    });
  });
});
