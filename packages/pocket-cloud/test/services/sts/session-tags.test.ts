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
});
