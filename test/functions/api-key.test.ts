import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ApiKey } from "../../functions/poll-prices/api-key";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";

describe("The price source's API key", () => {
  const dir = mkdtempSync(join(tmpdir(), "api-key-"));
  const Name = "/pricelake/test/key";
  let cloud: Cloud;
  let ssm: SSMClient;

  before(async () => {
    cloud = await startCloud({ dir });
    const { endpoint, region, credentials } = cloud;
    ssm = new SSMClient({ endpoint, region, credentials });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
  });

  after(async () => {
    ssm.destroy();
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const put = (Value: string) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: "SecureString", Overwrite: true }));
  const signal = () => AbortSignal.timeout(10_000);

  it("is read by its name, decrypted, once until it is forgotten", async () => {
    const key = new ApiKey(Name);
    await put("first");
    assert.equal(await key.read(signal()), "first");
    await put("second");
    assert.equal(await key.read(signal()), "first");
    key.forget();
    assert.equal(await key.read(signal()), "second");
  });

  it("is read from a secret of Secrets Manager, and again after a rotation", async () => {
    const { endpoint, region, credentials } = cloud;
    const secrets = new SecretsManagerClient({ endpoint, region, credentials });
    await secrets.send(new CreateSecretCommand({ Name: "coingecko", SecretString: "first" }));
    const key = new ApiKey("/aws/reference/secretsmanager/coingecko");
    assert.equal(await key.read(signal()), "first");
    await secrets.send(new PutSecretValueCommand({ SecretId: "coingecko", SecretString: "second" }));
    key.forget();
    assert.equal(await key.read(signal()), "second");
    const unknown = new ApiKey("/aws/reference/secretsmanager/other");
    await assert.rejects(unknown.read(signal()), { name: "ResourceNotFoundException" });
    secrets.destroy();
  });

  it("is none without a name, and an error that tells no value when there is none of the name", async () => {
    assert.equal(await new ApiKey(undefined).read(signal()), undefined);
    await assert.rejects(new ApiKey("/pricelake/test/other").read(signal()), { name: "ParameterNotFound" });
  });
});
