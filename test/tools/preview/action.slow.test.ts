import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { temporaryDirectory } from "../../support/temporary";

const root = join(__dirname, "../../..");

interface Step {
  readonly name: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}

const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as {
  inputs: Record<string, { default?: string }>;
  runs: { using: string; steps: readonly Step[] };
};

/** A project of somebody else: supported and unsupported types, and a component. */
const program = (name: string, actions: string) => `
import * as aws from "@pulumi/aws";
const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
const named = new aws.s3.Bucket("generated");
new aws.s3.BucketPublicAccessBlock("generated", {
  bucket: named.id,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
new aws.ec2.Subnet("a", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
const bucket = new aws.s3.Bucket("files", { bucket: "${name}" });
const role = new aws.iam.Role("worker", {
  name: "worker",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});
new aws.iam.RolePolicy("worker", {
  role: role.name,
  policy: bucket.arn.apply((arn) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ${actions}, Resource: arn + "/*" }] }),
  ),
});
export const subnet = vpc.arn;
`;

describe("The action", function () {
  this.timeout(300_000);
  const { path, remove } = temporaryDirectory();
  const repository = join(path, "their project");
  const folder = join(repository, "infrastructure");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
      cwd: repository,
      encoding: "utf8",
    }).trim();
  let base = "";

  before(() => {
    mkdirSync(folder, { recursive: true });
    const files = {
      "Pulumi.yaml": "name: theirs\nruntime: nodejs\n",
      "Pulumi.dev.yaml": "config:\n  aws:region: eu-west-1\n",
      "package.json": '{ "main": "index.ts" }',
      "tsconfig.json":
        '{ "compilerOptions": { "target": "es2020", "module": "commonjs", "moduleResolution": "node", "strict": true, "ignoreDeprecations": "6.0" } }',
      "index.ts": program("their-files", '"s3:GetObject"'),
      ".gitignore": "node_modules\n",
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "first");
    base = git("rev-parse", "HEAD");
    writeFileSync(join(folder, "index.ts"), program("other-files", '["s3:GetObject", "s3:DeleteObject"]'));
  });
  after(remove);

  /** Runs the steps as GitHub does: in bash, in the workspace, with the inputs in the environment. */
  function run(inputs: Readonly<Record<string, string>>) {
    const [summary, output] = ["summary.md", "output"].map((file) => join(path, file));
    for (const file of [summary, output]) writeFileSync(String(file), "");
    const value = (text: string): string =>
      text
        .replace(/^\$\{\{ github\.action_path \}\}$/, root)
        .replace(
          /^\$\{\{ inputs\.(\w+) \}\}$/,
          (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? "",
        );
    for (const step of action.runs.steps) {
      const env = {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        RUNNER_TEMP: path,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
        ...Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, value(text)])),
      };
      const options = { cwd: repository, env, encoding: "utf8" } as const;
      const { status, stderr } = spawnSync("bash", ["-e", "-o", "pipefail", "-c", step.run], options);
      if (status !== 0) return { status, stderr, summary: "", output: readFileSync(String(output), "utf8") };
    }
    return {
      status: 0,
      stderr: "",
      summary: readFileSync(String(summary), "utf8"),
      output: readFileSync(String(output), "utf8"),
    };
  }

  it("previews a program of another repository, with types that it does not know", () => {
    const { status, stderr, summary, output } = run({ stack: "dev", directory: "infrastructure" });
    assert.equal(status, 0, stderr);
    assert.match(summary, /^### theirs dev\n\n7 resources\.\n/);
    assert.match(summary, /Not judged for data loss: `aws:ec2\/vpc:Vpc`, `aws:ec2\/subnet:Subnet`\./);
    assert.match(output, /^markdown=.*preview-dev\.md\nviolations=true\n$/);
    assert.match(summary, /\*\*Guardrails\*\*/);
    assert.match(summary, /`s3-public-access-block` aws:s3:Bucket files: it has no BucketPublicAccessBlock/);
    // The program gives this bucket no name, so that its settings refer to the generated one.
    assert.doesNotMatch(summary, /`s3-public-access-block` aws:s3:Bucket generated/);
    assert.match(summary, /`s3-versioning` aws:s3:Bucket generated: it has no BucketVersioning/);
  });

  it("shows what a pull request changes: lost data and new permissions", () => {
    const { status, stderr, summary } = run({ stack: "dev", directory: "infrastructure", against: base });
    assert.equal(status, 0, stderr);
    assert.match(summary, /\*\*data is lost\*\*/);
    assert.match(summary, /s3:DeleteObject/);
  });

  it("fails on a violated guardrail when they are enforced", () => {
    assert.equal(run({ stack: "dev", directory: "infrastructure", guardrails: "enforce" }).status, 3);
  });

  it("names a wrong input", () => {
    assert.match(
      run({ stack: "nosuch", directory: "infrastructure" }).stderr,
      /there is no environment "nosuch"; there are dev/,
    );
    assert.match(
      run({ stack: "dev", guardrails: "off" }).stderr,
      /guardrails is "off"; it must be report or enforce/,
    );
    assert.match(run({ stack: "dev" }).stderr, /there is no Pulumi\.yaml in /);
  });

  it("passes inputs to scripts by the environment only, so that they cannot be code", () => {
    assert.equal(action.runs.using, "composite");
    for (const { run: script } of action.runs.steps) assert.doesNotMatch(script, /\$\{\{/);
  });
});
