import { strict as assert } from "node:assert";
import { STS } from "@aws-sdk/client-sts";
import { type Lab, lab } from "../lambda/lab";

describe("Session tags of AssumeRole", () => {
  let at: Lab;
  let sts: STS;
  before(async () => {
    at = await lab();
    sts = new STS({ ...at.client, maxAttempts: 1 });
  });
  after(async () => {
    sts.destroy();
    await at.end();
  });
  const refused = (more: object, message: string) =>
    assert.rejects(sts.assumeRole({ RoleArn: at.role, RoleSessionName: "session", ...more }), {
      name: "InvalidParameterValue",
      message,
    });
  const Tags = [{ Key: "Team", Value: "lake" }];

  it("include the transitive ones", () =>
    refused(
      { Tags, TransitiveTagKeys: ["other"] },
      "The specified transitive tag key must be included in the requested tags.",
    ));

  it("have keys that differ in more than case", () =>
    refused(
      { Tags: [...Tags, { Key: "team", Value: "x" }] },
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    ));

  it("that are transitive are not set again by a session of a chained role", async () => {
    const { call, administrator, accountId } = at.cloud;
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          Action: ["sts:AssumeRole", "sts:TagSession"],
        },
      ],
    });
    await call("iam", "CreateRole", { RoleName: "chained", AssumeRolePolicyDocument }, administrator);
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:*", Resource: "*" }],
    });
    await call(
      "iam",
      "PutRolePolicy",
      { RoleName: "chained", PolicyName: "sts", PolicyDocument },
      administrator,
    );
    const role = { RoleArn: `arn:aws:iam::${accountId}:role/chained`, RoleSessionName: "chained" };
    const { Credentials: first } = await sts.assumeRole({ ...role, Tags, TransitiveTagKeys: ["Team"] });
    const chained = new STS({
      ...at.client,
      credentials: {
        accessKeyId: first?.AccessKeyId ?? "",
        secretAccessKey: first?.SecretAccessKey ?? "",
        sessionToken: first?.SessionToken ?? "",
      },
      maxAttempts: 1,
    });
    const again = (Key: string) => chained.assumeRole({ ...role, Tags: [{ Key, Value: "x" }] });
    await assert.rejects(again("team"), {
      name: "InvalidParameterValue",
      message:
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    });
    assert.ok((await again("Cost")).Credentials);
    chained.destroy();
  });
});
