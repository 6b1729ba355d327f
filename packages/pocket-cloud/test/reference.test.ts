import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startCloud } from "../cloud";
import { modelOf } from "../http/catalogue";
import { withReference } from "../reference";
import { temporaryDirectory } from "./temporary";

describe("The embedded cloud's operations", () => {
  const directory = temporaryDirectory();
  let operations: Readonly<Record<string, readonly string[]>>;
  before(async () => {
    const cloud = await startCloud({ dir: directory.path });
    operations = cloud.operations();
    await cloud.stop();
  });
  after(() => directory.remove());

  it("are listed in packages/pocket-cloud/README.md", () => {
    const readme = readFileSync(join(__dirname, "..", "README.md"), "utf8");
    assert.equal(
      readme,
      withReference(readme, operations),
      "run: node --require tsx/cjs packages/pocket-cloud/reference.ts",
    );
  });

  it("are reached with the variables of the README, which the aws CLI 1 and boto3 read too", () => {
    const readme = readFileSync(join(__dirname, "..", "README.md"), "utf8");
    const [, start = ""] = /^## Start\n([\s\S]*?)^ +aws /m.exec(readme) ?? [];
    assert.deepEqual(
      [...start.matchAll(/ (AWS_\w+)=/g)].map(([, name]) => name),
      ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    );
  });

  it("are all in the models of the SDK", () => {
    for (const [service, names] of Object.entries(operations))
      for (const name of names) assert.ok(modelOf(service)?.operation(name), `${service}: ${name}`);
  });

  it("are all used by a test of their service", () => {
    const untested = Object.entries(operations).flatMap(([service, names]) => {
      const text = testsOf(service);
      return names.filter((name) => !mentions(text, name)).map((name) => `${service}: ${name}`);
    });
    assert.deepEqual(untested, []);
  });
});

/** STS is part of the tests of IAM, whose sessions it opens. */
function testsOf(service: string): string {
  const folder = join(__dirname, "services", service === "sts" ? "iam" : service);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
}

/** As a command, a method of a client, or the name given to a call. */
const mentions = (text: string, name: string): boolean =>
  new RegExp(
    `(?<!\\w)(${name}Command|${name.charAt(0).toLowerCase()}${name.slice(1)}|"${name}")(?!\\w)`,
  ).test(text);
