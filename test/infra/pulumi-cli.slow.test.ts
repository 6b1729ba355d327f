import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../packages/pocket-cloud";
import { diffPreviews } from "../../packages/pulumi-local";
import { type TestCloud, testCloud } from "../support/cloud";
import { pulumiCli, type Workspace, workspaceFor } from "./pulumi-cli";
import { previewOf, previewWith } from "./stacks";

const POLICIES = ["--policy-pack", "infra/guardrails"];

type Summary = Readonly<Record<string, number>>;

/** How many resources a preview would create, update and so on. */
async function planned(workspace: Workspace, stack: string, ...args: string[]): Promise<Summary> {
  const { stdout } = await workspace.succeed("preview", "--json", "--stack", stack, ...args);
  return (JSON.parse(stdout.slice(stdout.indexOf("{"))) as { changeSummary: Summary }).changeSummary;
}

/** The names of everything that the cloud has, by kind; what every account has is left out. */
async function resourcesIn({
  call,
  administrator: me,
}: Cloud): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const { StreamNames = [] } = await call("kinesis", "ListStreams", {}, me);
  const { DeliveryStreamNames = [] } = await call("firehose", "ListDeliveryStreams", {}, me);
  const { Buckets = [] } = await call("s3", "ListBuckets", {}, me);
  const { TableNames = [] } = await call("dynamodb", "ListTables", {}, me);
  const { Functions = [] } = await call("lambda", "ListFunctions", {}, me);
  const { EventSourceMappings = [] } = await call("lambda", "ListEventSourceMappings", {}, me);
  const { DatabaseList = [] } = await call("glue", "GetDatabases", {}, me);
  const { CrawlerNames = [] } = await call("glue", "ListCrawlers", {}, me);
  const { Classifiers = [] } = await call("glue", "GetClassifiers", {}, me);
  const { WorkGroups = [] } = await call("athena", "ListWorkGroups", {}, me);
  const { NamedQueryIds = [] } = await call("athena", "ListNamedQueries", {}, me);
  const { Schedules = [] } = await call("scheduler", "ListSchedules", {}, me);
  const { Roles = [] } = await call("iam", "ListRoles", {}, me);
  const { logGroups = [] } = await call("logs", "DescribeLogGroups", {}, me);
  const { DashboardEntries = [] } = await call("monitoring", "ListDashboards", {}, me);
  const { MetricAlarms = [] } = await call("monitoring", "DescribeAlarms", {}, me);
  const { Topics = [] } = await call("sns", "ListTopics", {}, me);
  const { QueueUrls = [] } = await call("sqs", "ListQueues", {}, me);
  const { Parameters = [] } = await call("ssm", "DescribeParameters", {}, me);
  const found = {
    streams: StreamNames,
    deliveryStreams: DeliveryStreamNames,
    buckets: Buckets.map(({ Name }) => Name),
    tables: TableNames,
    functions: Functions.map(({ FunctionName }) => FunctionName),
    mappings: EventSourceMappings.map(({ UUID }) => UUID),
    databases: DatabaseList.map(({ Name }) => Name),
    crawlers: CrawlerNames,
    classifiers: Classifiers,
    workgroups: WorkGroups.map(({ Name }) => Name).filter((name) => name !== "primary"),
    namedQueries: NamedQueryIds,
    schedules: Schedules.map(({ Name }) => Name),
    roles: Roles.map(({ RoleName }) => RoleName),
    logGroups: logGroups.map(({ logGroupName }) => logGroupName),
    dashboards: DashboardEntries.map(({ DashboardName }) => DashboardName),
    alarms: MetricAlarms.map(({ AlarmName }) => AlarmName),
    topics: Topics.map(({ TopicArn }) => TopicArn),
    queues: QueueUrls,
    parameters: Parameters.map(({ Name }) => Name),
  };
  return Object.fromEntries(Object.entries(found).filter(([, names]) => names.length > 0));
}

describe("The Pulumi CLI, with pulumi-local in the AWS provider's place", function () {
  this.timeout(600_000);
  let test: TestCloud;
  let workspace: Workspace;

  before(async function () {
    if (!pulumiCli()) {
      process.stderr.write(
        "    there is no Pulumi CLI (PULUMI_BIN, or pulumi on PATH), so it is not tested\n",
      );
      this.skip();
    }
    test = await testCloud();
    workspace = workspaceFor(test.cloud.endpoint, test.cloud.credentials);
    workspace.edit("Pulumi.local.yaml", "http://127.0.0.1:4566", test.cloud.endpoint);
    workspace.edit("Pulumi.local.yaml", "Key: test", "Key: placeholder");
    workspace.edit(
      "Pulumi.local.yaml",
      "accessKey: placeholder",
      `accessKey: ${test.cloud.credentials.accessKeyId}`,
    );
    workspace.edit(
      "Pulumi.local.yaml",
      "secretKey: placeholder",
      `secretKey: ${test.cloud.credentials.secretAccessKey}`,
    );
  });
  after(async () => {
    workspace?.remove();
    await test?.stop();
  });

  describe("up --stack local", () => {
    it("deploys every resource of the program into the embedded cloud", async () => {
      await workspace.succeed("stack", "init", "local");
      const { resources } = await previewOf("local");
      assert.deepEqual(await planned(workspace, "local", ...POLICIES), { create: resources.length });
      const { output } = await workspace.succeed(
        "up",
        "--yes",
        "--skip-preview",
        "--stack",
        "local",
        ...POLICIES,
      );
      assert.match(output, new RegExp(`\\+ ${resources.length} created`));
      assert.match(output, /✅ pricelake-guardrails@v0\.1\.0/);
    });

    it("creates what the embedded cloud shows", async () => {
      const found = await resourcesIn(test.cloud);
      assert.deepEqual([...(found.streams ?? [])].sort(), [
        "pricelake-local-crypto",
        "pricelake-local-posts",
        "pricelake-local-retail",
        "pricelake-local-stocks",
      ]);
      assert.deepEqual(found.databases, ["pricelake_local"]);
      const { stdout } = await workspace.succeed("stack", "output", "lakeBucket", "--stack", "local");
      assert.ok(found.buckets?.includes(stdout.trim()), stdout);
    });

    it("leaves nothing to change", async () => {
      const { resources } = await previewOf("local");
      assert.deepEqual(await planned(workspace, "local", "--expect-no-changes"), { same: resources.length });
      const args = [
        "--yes",
        "--skip-preview",
        "--stack",
        "local",
        "--expect-no-changes",
        "--suppress-progress",
      ];
      const { output } = await workspace.succeed("refresh", ...args);
      assert.match(output, /Resources:\n +\d+ unchanged\n/);
    });

    it("updates what a changed setting changes, and nothing else", async () => {
      const settings = { logRetentionDays: "3", streamShards: "2" };
      for (const [key, value] of Object.entries(settings))
        await workspace.succeed("config", "set", key, value, "--stack", "local");
      const changes = diffPreviews(await previewOf("local"), await previewWith("local", settings));
      assert.deepEqual([...new Set(changes.map(({ kind }) => kind))], ["changed"]);
      const { update, create, replace } = await planned(workspace, "local");
      assert.deepEqual([update, create, replace], [changes.length, undefined, undefined]);
      const { output } = await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "local");
      assert.match(output, new RegExp(`~ ${changes.length} updated`));
      const { StreamDescriptionSummary: stream } = await test.cloud.call(
        "kinesis",
        "DescribeStreamSummary",
        { StreamName: "pricelake-local-crypto" },
        test.cloud.administrator,
      );
      assert.equal(stream?.OpenShardCount, 2);
    });

    it("finds what something else has changed, and sets it back", async () => {
      const { call, administrator: me } = test.cloud;
      const functionName = "pricelake-local-write-csv-crypto";
      const logGroupName = `/aws/lambda/${functionName}`;
      await call("logs", "PutRetentionPolicy", { logGroupName, retentionInDays: 90 }, me);
      await call(
        "lambda",
        "UpdateFunctionConfiguration",
        { FunctionName: functionName, MemorySize: 3008 },
        me,
      );
      const stack = ["--yes", "--skip-preview", "--stack", "local"];
      const { output } = await workspace.succeed("refresh", ...stack);
      assert.match(output, /~ 2 updated/);
      assert.match(output, /aws:glue\/classifier:Classifier: only whether these exist is compared/);
      assert.match((await workspace.succeed("up", ...stack)).output, /~ 2 updated/);
      const { logGroups = [] } = await call(
        "logs",
        "DescribeLogGroups",
        { logGroupNamePrefix: logGroupName },
        me,
      );
      assert.equal(logGroups[0]?.retentionInDays, 3);
      await workspace.succeed("refresh", ...stack, "--expect-no-changes");
    });

    it("imports a resource that exists, and refuses types that it cannot read", async () => {
      const { call, administrator: me } = test.cloud;
      await call("logs", "CreateLogGroup", { logGroupName: "/found" }, me);
      const stack = ["--yes", "--skip-preview", "--stack", "local"];
      // Generating code needs the provider's schema of all of AWS, which the plugin does not have.
      const importing = ["import", ...stack, "--protect=false", "--generate-code=false"];
      const { output } = await workspace.succeed(
        ...importing,
        "aws:cloudwatch/logGroup:LogGroup",
        "found",
        "/found",
      );
      assert.match(output, /= 1 imported/);
      const refused = await workspace.run(...importing, "aws:glue/classifier:Classifier", "c", "c");
      assert.notEqual(refused.code, 0);
      assert.match(
        refused.output,
        /aws:glue\/classifier:Classifier c cannot be imported: pulumi-local imports only/,
      );
      // The program does not declare it.
      assert.match((await workspace.succeed("up", ...stack)).output, /- 1 deleted/);
    });

    it("restores what something else has deleted", async () => {
      const StreamName = "pricelake-local-posts";
      await test.cloud.call(
        "kinesis",
        "DeleteStream",
        { StreamName, EnforceConsumerDeletion: true },
        test.cloud.administrator,
      );
      const { output } = await workspace.succeed(
        "up",
        "--refresh",
        "--yes",
        "--skip-preview",
        "--stack",
        "local",
      );
      assert.match(output, /\+ 1 created/);
      assert.ok((await resourcesIn(test.cloud)).streams?.includes(StreamName));
    });

    it("is undone by destroy", async () => {
      await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "local");
      assert.deepEqual(await resourcesIn(test.cloud), {});
    });
  });

  describe("preview", () => {
    for (const stack of ["dev", "staging", "prod"] as const)
      it(`loads the program with the settings of ${stack}, and its guardrails pass`, async () => {
        await workspace.succeed("stack", "init", stack);
        const { resources } = await previewOf(stack);
        assert.deepEqual(await planned(workspace, stack, ...POLICIES), { create: resources.length });
      });

    it("keeps a secret setting out of its output and of the stack's file", async () => {
      await workspace.succeed("config", "set", "--secret", "coingeckoApiKey", "canary-1", "--stack", "dev");
      const { output } = await workspace.succeed("preview", "--diff", "--stack", "dev");
      assert.match(output, /aws:ssm\/parameter:Parameter[\s\S]*value *: \[secret\]/);
      assert.equal(output.includes("canary-1"), false);
      assert.equal(readFileSync(join(workspace.dir, "Pulumi.dev.yaml"), "utf8").includes("canary-1"), false);
    });

    it("refuses a setting of a wrong type, and one that the program refuses", async () => {
      await workspace.succeed("config", "set", "pollSeconds", "often", "--stack", "staging");
      assert.match(
        (await workspace.run("preview", "--stack", "staging")).output,
        /'pollSeconds' must be of type 'integer'/,
      );
      await workspace.succeed("config", "set", "pollSeconds", "7", "--stack", "staging");
      assert.match(
        (await workspace.run("preview", "--stack", "staging")).output,
        /pricelake:pollSeconds .*7/,
      );
    });

    it("fails on a program that violates a guardrail", async () => {
      workspace.edit("infra/storage/bucket.ts", "blockPublicAcls: true", "blockPublicAcls: false");
      const { code, output } = await workspace.run("preview", "--stack", "prod", ...POLICIES);
      assert.notEqual(code, 0);
      assert.match(output, /\[mandatory\] *s3-block-all-public-access/);
    });
  });
});
