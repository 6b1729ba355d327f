import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, environmentOptions } from "../../../tools/kit/connect";
import { parseOptions } from "../../../tools/kit/options";
import { regionOfStack } from "../../../tools/kit/stacks";
import { temporaryDirectory } from "../../support/temporary";

describe("regionOfStack", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  it("reads the region of the stack, and lists the stacks for an unknown one", () => {
    writeFileSync(join(dir.path, "Pulumi.dev.yaml"), "config:\n  aws:region: eu-west-3\n");
    writeFileSync(join(dir.path, "Pulumi.prod.yaml"), "config:\n  pricelake:coins: 1\n");
    assert.equal(regionOfStack("dev", dir.path), "eu-west-3");
    assert.equal(regionOfStack("prod", dir.path), undefined);
    assert.throws(() => regionOfStack("nosuch", dir.path), {
      message: '--env: there is no environment "nosuch"; there are dev, prod',
      exitCode: 2,
    });
  });
});

describe("connect", () => {
  const names = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"];
  const saved = Object.fromEntries(
    [...names, "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED"].map((name) => [
      name,
      process.env[name],
    ]),
  );
  beforeEach(() => {
    for (const name of names) delete process.env[name];
    Object.assign(process.env, {
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    });
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(saved))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  it("uses the region of the stack", async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "x" });
    assert.deepEqual(await connect("dev"), { connection: { region: "us-east-1" } });
  });

  it("reports missing credentials before anything else", async () => {
    await assert.rejects(connect("dev"), { name: "CredentialsProviderError" });
  });

  it("refuses an unknown environment, and an empty --dir", async () => {
    await assert.rejects(
      connect("nosuch"),
      /there is no environment "nosuch"; there are dev, local, minimal, prod, staging/,
    );
    assert.throws(
      () => parseOptions(["--dir="], environmentOptions),
      /--dir takes the path of a folder, not ""/,
    );
  });
});
