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

  it("are described with fewer members at creation and in lists", async () => {
    const trust = await iam.getRole({ RoleName });
    const { Role } = await iam.createRole({
      RoleName: "plain",
      AssumeRolePolicyDocument: decodeURIComponent(trust.Role?.AssumeRolePolicyDocument ?? ""),
      PermissionsBoundary: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    });
    assert.equal(Role?.MaxSessionDuration, undefined);
    const found = (await iam.getRole({ RoleName: "plain" })).Role;
    assert.deepEqual([found?.MaxSessionDuration, found?.RoleLastUsed], [3600, {}]);
    const listed = (await iam.listRoles({})).Roles?.find((role) => role.RoleName === "plain");
    assert.deepEqual([listed?.MaxSessionDuration, listed?.PermissionsBoundary], [3600, undefined]);
  });

  it("refuse a policy that is no ARN", () =>
    assert.rejects(iam.attachRolePolicy({ RoleName, PolicyArn: "a-policy-name-without-an-arn" }), {
      name: "ValidationError",
      message: "Invalid ARN:  Could not be parsed!",
    }));

  it("name a policy that is missing when they delete it", () =>
    assert.rejects(iam.deletePolicy({ PolicyArn: "arn:aws:iam::000000000000:policy/absent" }), {
      name: "NoSuchEntityException",
      message: "Policy arn:aws:iam::000000000000:policy/absent was not found.",
    }));

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
