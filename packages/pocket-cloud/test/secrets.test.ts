import { strict as assert } from "node:assert";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SSM } from "@aws-sdk/client-ssm";
import { startCloud } from "../cloud";
import { temporaryDirectory } from "./temporary";

describe("A secret in the state directory", () => {
  it("is in no log line and in no file as plain text", async () => {
    const directory = temporaryDirectory();
    const logged: string[] = [];
    const cloud = await startCloud({ dir: directory.path, log: (line) => logged.push(line) });
    const { endpoint, region, credentials } = cloud;
    const settings = { endpoint, region, credentials, maxAttempts: 1 };
    const ssm = new SSM(settings);
    const secrets = new SecretsManager(settings);
    try {
      const canary = "canary-8f2a71";
      await ssm.putParameter({ Name: "/key", Type: "SecureString", Value: canary });
      await secrets.createSecret({ Name: "key", SecretString: canary });
      await assert.rejects(ssm.putParameter({ Name: "/key", Type: "SecureString", Value: canary }));
      await assert.rejects(secrets.createSecret({ Name: "key", SecretString: canary }));
      const files = readdirSync(directory.path, { recursive: true, encoding: "utf8" })
        .map((name) => join(directory.path, name))
        .filter((path) => statSync(path).isFile());
      for (const path of files) {
        assert.equal(readFileSync(path).includes(canary), false, path);
        if (!path.endsWith("keys.json"))
          assert.equal(readFileSync(path).includes(credentials.secretAccessKey), false, path);
      }
      assert.equal(logged.join("\n").includes(canary), false);
    } finally {
      ssm.destroy();
      secrets.destroy();
      await cloud.stop();
      directory.remove();
    }
  });
});
