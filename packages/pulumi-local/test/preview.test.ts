import { strict as assert } from "node:assert";
import { type PreviewOptions, previewProgram } from "../preview";
import { project } from "./program";

async function preview(
  source: string,
  options: Partial<PreviewOptions> = {},
  files: Record<string, string> = {},
) {
  const { dir, remove } = project(source, files);
  try {
    return await previewProgram({ dir, stack: "test", ...options });
  } finally {
    remove();
  }
}

const inputsOf = (found: Awaited<ReturnType<typeof preview>>, name: string) =>
  found.resources.find((resource) => resource.name === name)?.inputs;

describe("previewProgram", () => {
  it("gives resources well-formed ids and ARNs that other resources can use", async () => {
    const found = await preview(`
      const queue = new aws.sqs.Queue("jobs", { name: "jobs" });
      const stream = new aws.kinesis.Stream("ticks", { name: "ticks", tags: { of: queue.arn } });
      exports.url = queue.url; exports.stream = stream.arn; exports.all = stream.tagsAll;
    `);
    assert.deepEqual(found.outputs, {
      url: "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
      stream: "arn:aws:kinesis:eu-west-1:123456789012:stream/ticks",
      all: { of: "arn:aws:sqs:eu-west-1:123456789012:jobs" },
    });
    assert.deepEqual(
      found.resources.map(({ urn }) => urn),
      [
        "urn:pulumi:test::shop::pulumi:pulumi:Stack::shop-test",
        "urn:pulumi:test::shop::aws:sqs/queue:Queue::jobs",
        "urn:pulumi:test::shop::aws:kinesis/stream:Stream::ticks",
      ],
    );
    assert.deepEqual(found.resources[2]?.dependencies, ["urn:pulumi:test::shop::aws:sqs/queue:Queue::jobs"]);
  });

  it("leaves outputs unknown when asked, as a first preview of the real engine does", async () => {
    const found = await preview(
      `const queue = new aws.sqs.Queue("jobs", { name: "jobs" });
       new aws.kinesis.Stream("ticks", { name: "ticks", tags: { of: queue.arn, name: queue.name } });`,
      { unknowns: true },
    );
    assert.deepEqual(inputsOf(found, "ticks"), {
      name: "ticks",
      tags: { of: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", name: "jobs" },
    });
  });

  it("prints no secrets: not from configuration, not derived ones, not in errors", async () => {
    const config = { key: { value: "canary-1234", secret: true as const } };
    const found = await preview(
      `const key = new pulumi.Config().requireSecret("key");
       const parameter = new aws.ssm.Parameter("key", { name: "/key", type: "SecureString", value: key });
       exports.value = parameter.value; exports.header = pulumi.interpolate\`Bearer \${key}\`;`,
      { config },
    );
    assert.equal(JSON.stringify(found).includes("canary-1234"), false);
    assert.deepEqual(found.outputs, { header: "[secret]", value: "[secret]" });
    await assert.rejects(
      preview(`throw new Error("refused " + new pulumi.Config().require("key"))`, { config }),
      (error: Error) => error.message.includes("refused [secret]") && !error.message.includes("canary-1234"),
    );
  });

  it("passes protect and retainOnDelete on to children, with explicit providers and default tags", async () => {
    const found = await preview(`
      const provider = new aws.Provider("there", { region: "ap-south-1", defaultTags: { tags: { team: "a", env: "x" } } });
      class Box extends pulumi.ComponentResource { constructor(n, o) { super("shop:box:Box", n, {}, o); } }
      const box = new Box("box", { protect: true, retainOnDelete: true, providers: [provider] });
      const topic = new aws.sns.Topic("news", { name: "news", tags: { env: "y" } }, { parent: box });
      exports.tags = topic.tagsAll;
    `);
    const topic = found.resources.find(({ name }) => name === "news");
    assert.equal(topic?.protect, true);
    assert.equal(topic?.retainOnDelete, true);
    assert.equal(topic?.id, "arn:aws:sns:ap-south-1:123456789012:news");
    assert.equal(topic?.urn, "urn:pulumi:test::shop::shop:box:Box$aws:sns/topic:Topic::news");
    assert.deepEqual(found.outputs.tags, { team: "a", env: "y" });
  });

  it("prefers overrides to the stack's configuration, and that to the project's defaults", async () => {
    const found = await preview(
      `const c = new pulumi.Config(); exports.all = [c.get("a"), c.get("b"), c.get("c"), c.getObject("d")];`,
      { config: { c: "from outside" } },
      {
        "Pulumi.yaml":
          "name: shop\nruntime: { name: nodejs, options: { typescript: false } }\nconfig: { a: { default: 1 }, b: { default: 1 }, c: { default: 1 } }\n",
        "Pulumi.test.yaml": "config: { shop:b: 2, shop:c: 2, shop:d: { deep: [1] } }\n",
      },
    );
    assert.deepEqual(found.outputs.all, ["1", "2", "from outside", { deep: [1] }]);
  });

  it("runs TypeScript with the configuration that Pulumi.yaml names", async () => {
    const found = await preview(
      "",
      {},
      {
        "Pulumi.yaml":
          "name: shop\nruntime: { name: nodejs, options: { tsconfig: tsconfig.program.json } }\n",
        // Without type checks, which the program would not pass.
        "tsconfig.program.json": JSON.stringify({
          compilerOptions: { module: "commonjs", moduleResolution: "bundler", rootDir: ".", noCheck: true },
        }),
        "package.json": '{ "main": "index.ts" }',
        "index.ts": `export const answer: string = 42;`,
      },
    );
    assert.deepEqual(found.outputs, { answer: 42 });
  });

  it("returns the former URNs of a resource", async () => {
    const found = await preview(
      `new aws.sqs.Queue("new", { name: "jobs" }, { aliases: [{ name: "old" }] });`,
    );
    assert.deepEqual(found.aliases?.get("urn:pulumi:test::shop::aws:sqs/queue:Queue::new"), [
      "urn:pulumi:test::shop::aws:sqs/queue:Queue::old",
    ]);
  });

  it("answers getCallerIdentity, getRegion and getPartition", async () => {
    const found = await preview(`
      exports.who = aws.getCallerIdentityOutput().accountId; exports.where = aws.getRegionOutput().region;
      exports.partition = aws.getPartitionOutput().partition;
    `);
    assert.deepEqual(found.outputs, { who: "123456789012", where: "eu-west-1", partition: "aws" });
  });

  const failures: readonly (readonly [string, string, RegExp])[] = [
    ["a failing program", `throw new Error("the shop is shut")`, /the shop is shut/],
    ["an unhandled rejection", `Promise.reject(new Error("nobody caught this"))`, /nobody caught this/],
    ["a text that is thrown", `throw "no shop today";`, /no shop today$/],
    [
      "an error in an output",
      `new aws.sqs.Queue("jobs").arn.apply(() => { throw new Error("miscounted"); });`,
      /miscounted/,
    ],
    [
      "a program that never ends",
      `new aws.sqs.Queue("jobs", { name: new Promise(() => {}) });`,
      /promises were still active/,
    ],
    [
      "a program that exits early",
      `new aws.sqs.Queue("jobs"); process.exit(3);`,
      /the program exited with code 3/,
    ],
    [
      "a program that is killed",
      `process.kill(process.pid, "SIGTERM");`,
      /the program was killed by SIGTERM/,
    ],
    ["an error the program logs", `pulumi.log.error("stop here")`, /stop here/],
    [
      "two resources of one name",
      `new aws.sqs.Queue("jobs", {}); new aws.sqs.Queue("jobs", {});`,
      /Duplicate resource URN 'urn:pulumi:test::shop::aws:sqs\/queue:Queue::jobs'/,
    ],
    [
      "an unsupported resource type",
      `new aws.rds.Instance("db", { instanceClass: "db.t3.micro" });`,
      /aws:rds\/instance:Instance db: the resource type aws:rds\/instance:Instance is not supported; previewProgram with anyType shows it, the README says how to add it/,
    ],
    [
      "an unsupported function",
      `exports.x = aws.ec2.getVpcOutput({}).id;`,
      /the function aws:ec2\/getVpc:getVpc is not supported/,
    ],
  ];
  for (const [what, source, message] of failures)
    it(`reports ${what} with its own message`, async () => {
      await assert.rejects(preview(source), (error: Error & { exitCode?: number }) => {
        assert.match(error.message, message);
        assert.equal(error.exitCode, 1);
        return true;
      });
    });

  it("refuses a stack that has no file", async () => {
    await assert.rejects(
      preview("", { stack: "moon" }),
      /no stack "moon": there is no file Pulumi.moon.yaml/,
    );
  });

  it("names the place of a mistake in YAML in one line", async () => {
    await assert.rejects(
      preview("", {}, { "Pulumi.test.yaml": "config:\n  aws:region: [eu\n" }),
      (error: Error) => /Pulumi\.test\.yaml:\d+:\d+: [^\n]+$/.test(error.message),
    );
  });
});
