import { strict as assert } from "node:assert";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-secrets-manager";
import { type Lab, lab } from "../lambda/lab";

describe("Secrets Manager", () => {
  let at: Lab;
  let secrets: SecretsManagerClient;
  beforeEach(async () => {
    at = await lab();
    secrets = new SecretsManagerClient({ ...at.client, maxAttempts: 1 });
    await secrets.send(new CreateSecretCommand({ Name: "api/key", SecretString: "one" }));
  });
  afterEach(async () => {
    secrets.destroy();
    await at.end();
  });

  it("returns the current and the previous value", async () => {
    await secrets.send(new PutSecretValueCommand({ SecretId: "api/key", SecretString: "two" }));
    const read = async (VersionStage: string) =>
      (await secrets.send(new GetSecretValueCommand({ SecretId: "api/key", VersionStage }))).SecretString;
    assert.deepEqual([await read("AWSCURRENT"), await read("AWSPREVIOUS")], ["two", "one"]);
  });

  it("keeps a deleted secret for its recovery window and refuses to read it", async () => {
    await secrets.send(new DeleteSecretCommand({ SecretId: "api/key", RecoveryWindowInDays: 7 }));
    const read = () => secrets.send(new GetSecretValueCommand({ SecretId: "api/key" }));
    await assert.rejects(read(), { name: "InvalidRequestException" });
    await at.advance(8 * 86_400_000);
    await assert.rejects(read(), {
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it("describes only what was set, and tags once there were any", async () => {
    await secrets.send(new CreateSecretCommand({ Name: "bare", Description: "" }));
    const describe = async () => {
      const { $metadata, CreatedDate, LastChangedDate, ...rest } = await secrets.send(
        new DescribeSecretCommand({ SecretId: "bare" }),
      );
      return rest;
    };
    const { ARN, ...bare } = await describe();
    assert.deepEqual(bare, { Name: "bare" });
    await secrets.send(new TagResourceCommand({ SecretId: "bare", Tags: [{ Key: "a", Value: "1" }] }));
    await secrets.send(new UntagResourceCommand({ SecretId: "bare", TagKeys: ["a"] }));
    assert.deepEqual(await describe(), { ARN, Name: "bare", Tags: [] });
  });

  it("refuses names with other characters before it looks for the secret", () =>
    assert.rejects(secrets.send(new DescribeSecretCommand({ SecretId: "a name?" })), {
      name: "ValidationException",
      message:
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    }));
});
