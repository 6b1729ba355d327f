import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(__dirname, "../.github/workflows");
const workflows = Object.fromEntries(
  readdirSync(folder).map((file) => [file, parse(readFileSync(join(folder, file), "utf8")) as Workflow]),
);
const workflow = (file: string): Workflow => {
  const found = workflows[file];
  if (!found) throw new Error(`there is no ${file}`);
  return found;
};

const jobs = Object.entries(workflows).flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ name: `${file} ${name}`, job })),
);
const writes = ({ permissions = {} }: Job): string[] =>
  Object.entries(permissions)
    .filter(([, right]) => right === "write")
    .map(([what]) => what);

describe("Workflows", () => {
  it("run on pull requests, after their preview, on main, every morning, and on release tags", () => {
    assert.deepEqual(
      Object.entries(workflows).map(([file, { on }]) => [file, Object.keys(on)]),
      [
        ["ci.yml", ["pull_request", "push", "schedule"]],
        ["comment.yml", ["workflow_run"]],
        ["deploy.yml", ["push", "workflow_dispatch"]],
        ["drift.yml", ["schedule", "workflow_dispatch"]],
        ["preview.yml", ["pull_request"]],
        ["release.yml", ["push"]],
      ],
    );
  });

  it("may do nothing that a job does not ask for, and end by themselves", () => {
    for (const { name, permissions } of Object.values(workflows))
      assert.deepEqual(
        Object.values(permissions).filter((right) => right !== "read"),
        [],
        name,
      );
    for (const { name, job } of jobs) assert.ok((job["timeout-minutes"] ?? 0) > 0, name);
    assert.deepEqual(
      jobs.filter(({ job }) => writes(job).length > 0).map(({ name, job }) => [name, writes(job)]),
      [
        ["comment.yml comment", ["pull-requests"]],
        ["deploy.yml up", ["id-token"]],
        ["drift.yml drift", ["id-token"]],
        ["preview.yml pulumi", ["id-token", "pull-requests"]],
        ["release.yml publish", ["id-token"]],
      ],
    );
  });

  it("pin every action by commit", () => {
    const used = jobs.flatMap(({ job }) => job.steps.flatMap(({ uses }) => uses ?? []));
    assert.deepEqual(
      used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action)),
      [],
    );
  });

  it("check every supported version of Node", () => {
    const { engines } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8"));
    const { test, packages } = workflow("ci.yml").jobs as unknown as Record<
      string,
      { strategy: { matrix: object } }
    >;
    for (const job of [test, packages])
      assert.deepEqual(job?.strategy.matrix, { node: ["20.19", "22", "24"] });
    assert.equal(engines.node, ">=20.19.0");
  });

  it("release by provenance from a protected environment, without a token of npm", () => {
    const { publish } = workflow("release.yml").jobs;
    assert.equal(publish?.environment, "npm");
    assert.doesNotMatch(JSON.stringify(publish), /secrets\.|NODE_AUTH_TOKEN/);
    const runs = publish?.steps.flatMap(({ run }) => run ?? []) ?? [];
    assert.ok(runs.indexOf('node packages/check-release.mjs "$TAG"') > 0);
    assert.match(runs.at(-1) ?? "", /^npm publish .* --provenance --access public$/);
    // A tag is text of whoever pushes it, so that it reaches scripts by the environment only.
    assert.doesNotMatch(runs.join("\n"), /\$\{\{/);
  });

  it("leave no token of the repository behind for the code that they check out", () => {
    const checkouts = jobs.flatMap(({ name, job }) =>
      job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")).map((step) => ({ name, step })),
    );
    assert.ok(checkouts.length > 0);
    for (const { name, step } of checkouts) assert.equal(step.with?.["persist-credentials"], false, name);
  });

  it("install once: .ci/run does it itself, with the time that it needs", () => {
    const tests = jobs.filter(({ job }) => job.steps.some(({ run }) => run === ".ci/run"));
    assert.deepEqual(
      tests.map(({ name, job }) => [name, job["timeout-minutes"], job.steps.flatMap(({ run }) => run ?? [])]),
      [
        ["deploy.yml test", 30, [".ci/run"]],
        ["preview.yml test", 30, [".ci/run"]],
      ],
    );
  });

  it("use the Pulumi CLI of the SDK's version, also in the tests", () => {
    const { dependencies } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8"));
    const used = jobs.flatMap(({ name, job }) =>
      job.steps
        .filter(({ uses }) => uses?.startsWith("pulumi/actions@"))
        .map((step) => [name, step.with?.["pulumi-version"], step.with?.command]),
    );
    const version = dependencies["@pulumi/pulumi"];
    assert.deepEqual(used, [
      ["deploy.yml test", version, undefined],
      ["deploy.yml up", version, "up"],
      ["drift.yml drift", version, "preview"],
      ["preview.yml test", version, undefined],
      ["preview.yml pulumi", version, "preview"],
    ]);
  });

  it("reach AWS by a role alone, and for branches of this repository only", () => {
    const roles = jobs.filter(
      ({ name, job }) => writes(job).includes("id-token") && name !== "release.yml publish",
    );
    for (const { name, job } of roles)
      assert.match(job.if ?? "", /needs\.configured\.outputs\.aws == 'yes'/, name);
    assert.match(
      workflow("preview.yml").jobs.pulumi?.if ?? "",
      /^github\.event\.pull_request\.head\.repo\.full_name == github\.repository &&/,
    );
    const text = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    assert.doesNotMatch(text.join(), /AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)/);
  });

  it("reach AWS and Pulumi's secrets in protected environments only", () => {
    for (const { name, job } of jobs) {
      const hasRights = writes(job).includes("id-token") || /secrets\.PULUMI/.test(JSON.stringify(job));
      assert.equal(job.environment !== undefined, hasRights, name);
    }
  });

  it("preview every environment without a secret, on forks too", () => {
    const { preview } = workflow("preview.yml").jobs;
    assert.equal(preview?.if, undefined);
    assert.doesNotMatch(JSON.stringify(preview), /secrets\./);
    assert.match(
      preview?.steps.map(({ run }) => run).join("\n") ?? "",
      /for env in dev staging prod; do\n.*--against "\$BASE" --format md/,
    );
  });

  it("comment with the rights of main, and run nothing of a pull request with them", () => {
    const { comment } = workflow("comment.yml").jobs;
    assert.deepEqual(
      comment?.steps.map(({ uses }) => uses),
      ["actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093", undefined],
    );
    assert.doesNotMatch(comment?.steps.map(({ run }) => run).join() ?? "", /\$\{\{/);
  });

  it("deploy one protected environment after the other", () => {
    const { up } = workflow("deploy.yml").jobs;
    assert.equal(up?.environment, "$" + "{{ matrix.stack }}");
    assert.deepEqual((up as unknown as { strategy: unknown }).strategy, {
      "max-parallel": 1,
      "fail-fast": true,
      matrix: { stack: ["dev", "staging", "prod"] },
    });
  });

  it("hold what Pulumi previews and deploys to the policy pack", () => {
    const held = jobs.filter(({ job }) =>
      job.steps.some((step) => step.with?.policyPacks === "infra/guardrails"),
    );
    assert.deepEqual(
      held.map(({ name }) => name),
      ["deploy.yml up", "preview.yml pulumi"],
    );
  });
});
