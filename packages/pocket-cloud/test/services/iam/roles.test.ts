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
});
