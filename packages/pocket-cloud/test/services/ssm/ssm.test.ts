import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { type Cloud, startCloud } from "../../../cloud";
import { temporaryDirectory } from "../../temporary";

describe("SSM parameters", () => {
  const dir = temporaryDirectory();
  let cloud: Cloud;
  let ssm: SSMClient;
  before(async () => {
    cloud = await startCloud({ dir: dir.path });
    ssm = new SSMClient({
      endpoint: cloud.endpoint,
      region: cloud.region,
      credentials: cloud.credentials,
      maxAttempts: 1,
    });
    await ssm.send(new PutParameterCommand({ Name: "/app/a", Value: "1", Type: "String" }));
    await ssm.send(
      new PutParameterCommand({ Name: "/app/deep/key", Value: "canary-9f3", Type: "SecureString" }),
    );
  });
  after(async () => {
    ssm.destroy();
    await cloud.stop();
    dir.remove();
  });

  it("refer to secrets of Secrets Manager, which are only returned decrypted", async () => {
    await cloud.call(
      "secretsmanager",
      "CreateSecret",
      { Name: "s1", SecretString: "text" },
      cloud.administrator,
    );
    const Name = "/aws/reference/secretsmanager/s1";
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    assert.deepEqual(
      [Parameter?.Name, Parameter?.Type, Parameter?.Value, Parameter?.Version],
      [Name, "SecureString", "text", 0],
    );
    assert.match(Parameter?.ARN ?? "", /^arn:aws:secretsmanager:us-east-1:000000000000:secret:s1-\w{6}$/);
    await assert.rejects(ssm.send(new GetParameterCommand({ Name })), {
      name: "ValidationException",
      message: "WithDecryption flag must be True for retrieving a Secret Manager secret.",
    });
  });

  it("have versions", async () => {
    const { Version } = await ssm.send(
      new PutParameterCommand({ Name: "/app/a", Value: "2", Overwrite: true }),
    );
    assert.equal(Version, 2);
    assert.equal((await ssm.send(new GetParameterCommand({ Name: "/app/a" }))).Parameter?.Value, "2");
    assert.equal((await ssm.send(new GetParameterCommand({ Name: "/app/a:1" }))).Parameter?.Value, "1");
    await assert.rejects(ssm.send(new PutParameterCommand({ Name: "/app/a", Value: "3" })), {
      name: "ParameterAlreadyExists",
    });
  });

  it("of type SecureString are returned in plain text only with decryption, and are encrypted on disk", async () => {
    const read = (WithDecryption: boolean) =>
      ssm.send(new GetParameterCommand({ Name: "/app/deep/key", WithDecryption }));
    assert.equal((await read(true)).Parameter?.Value, "canary-9f3");
    assert.notEqual((await read(false)).Parameter?.Value, "canary-9f3");
    assert.ok(!readFileSync(join(dir.path, "cloud", "ssm", "parameters.json"), "utf8").includes("canary"));
  });

  it("are found by path, and unknown names are reported", async () => {
    const names = async (Recursive: boolean) =>
      (await ssm.send(new GetParametersByPathCommand({ Path: "/app", Recursive }))).Parameters?.map(
        (one) => one.Name,
      );
    assert.deepEqual(await names(false), ["/app/a"]);
    assert.deepEqual(await names(true), ["/app/a", "/app/deep/key"]);
    const { InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ["/app/a", "/no"] }));
    assert.deepEqual(InvalidParameters, ["/no"]);
    await assert.rejects(ssm.send(new GetParameterCommand({ Name: "/no" })), { name: "ParameterNotFound" });
  });
});
