import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { estimate } from "../../infra/cost";
import { costTable } from "../docs/costs";
import { marked } from "../docs/generate";
import { type Environment, environments, inputsOf, previewOf, root } from "./stacks";

/** One input of one resource, and what it is in each environment; undefined where it is not set. */
const expected: readonly (readonly [string, string, string, Readonly<Record<Environment, unknown>>])[] = [
  ["kinesis/stream:Stream", "crypto-stream", "shardCount", { local: 1, dev: 1, staging: 1, prod: 2 }],
  [
    "kinesis/stream:Stream",
    "crypto-stream",
    "retentionPeriod",
    { local: 72, dev: 24, staging: 24, prod: 24 },
  ],
  [
    "cloudwatch/logGroup:LogGroup",
    "poll-prices-logs",
    "retentionInDays",
    { local: 1, dev: 7, staging: 30, prod: 400 },
  ],
  [
    "lambda/function:Function",
    "write-csv-crypto",
    "reservedConcurrentExecutions",
    { local: undefined, dev: undefined, staging: undefined, prod: undefined },
  ],
  [
    "lambda/function:Function",
    "write-csv-crypto",
    "tracingConfig",
    {
      local: { mode: "PassThrough" },
      dev: { mode: "Active" },
      staging: { mode: "Active" },
      prod: { mode: "Active" },
    },
  ],
  [
    "dynamodb/table:Table",
    "crypto-store",
    "deletionProtectionEnabled",
    { local: false, dev: false, staging: false, prod: true },
  ],
  [
    "dynamodb/table:Table",
    "crypto-store",
    "pointInTimeRecovery",
    {
      local: { enabled: false },
      dev: { enabled: false },
      staging: { enabled: false },
      prod: { enabled: true },
    },
  ],
  ["s3/bucket:Bucket", "lake-data", "forceDestroy", { local: true, dev: true, staging: true, prod: false }],
  [
    "scheduler/schedule:Schedule",
    "poll-prices",
    "scheduleExpression",
    {
      local: "cron(0/5 * * * ? *)",
      dev: "cron(0/15 * * * ? *)",
      staging: "cron(0/5 * * * ? *)",
      prod: "cron(0/5 * * * ? *)",
    },
  ],
];

describe("The environments", () => {
  for (const env of environments)
    it(`differ only by their configuration: ${env}`, async () => {
      const preview = await previewOf(env);
      for (const [type, name, input, values] of expected)
        assert.deepEqual(inputsOf(preview, `aws:${type}`, name)[input], values[env], `${name} ${input}`);
    });

  for (const env of ["dev", "staging", "prod"] as const)
    it(`cost less than their budget: ${env}`, async () => {
      const preview = await previewOf(env);
      const { usd, unknown } = estimate(preview.resources, "us-east-1");
      const { limitAmount } = inputsOf(preview, "aws:budgets/budget:Budget", "budget");
      assert.equal(unknown, 0);
      assert.ok(usd < Number(limitAmount) && usd > Number(limitAmount) / 2, `${usd} of ${limitAmount}`);
    });

  it("cost what README.md and docs/deploy.md say", async () => {
    const costs = await costTable();
    for (const file of ["README.md", "docs/deploy.md"])
      assert.equal(marked.exec(readFileSync(join(root, file), "utf8"))?.[2], costs, file);
  });

  it("keep raw objects, errors and results for the configured days in prod", async () => {
    const rules = async (bucket: string) =>
      inputsOf(
        await previewOf("prod"),
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        `${bucket}-lifecycle`,
      ).rules;
    const always = [
      {
        id: "abort-unfinished-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 3 },
      },
    ];
    // What the compaction tags.
    const tagged = (prefix: string) => ({ and: { prefix, tags: { "pricelake-expire": "true" } } });
    assert.deepEqual(await rules("lake-data"), [
      ...always,
      {
        id: "expire-old-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      },
      {
        id: "raw-to-cheaper-storage",
        status: "Enabled",
        filter: { prefix: "raw/" },
        transitions: [{ days: 30, storageClass: "STANDARD_IA" }],
        expiration: { days: 3650 },
      },
      { id: "expire-errors", status: "Enabled", filter: { prefix: "errors/" }, expiration: { days: 90 } },
      { id: "expire-compacted-csv", status: "Enabled", filter: tagged("csv/"), expiration: { days: 90 } },
      { id: "expire-replaced-runs", status: "Enabled", filter: tagged("history/"), expiration: { days: 2 } },
    ]);
    assert.deepEqual(await rules("lake-results"), [
      ...always,
      { id: "expire-results", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } },
    ]);
  });

  it("let the crawler create a table per landing folder, and no others", async () => {
    const { configuration, role, s3Targets, ...crawler } = inputsOf(
      await previewOf("prod"),
      "aws:glue/crawler:Crawler",
      "landing",
    );
    assert.deepEqual(crawler, {
      name: "pricelake-prod-landing",
      databaseName: "pricelake_prod",
      description: "Discovers tables under landing/",
      classifiers: ["pricelake-prod-landing-json", "pricelake-prod-landing-csv"],
      securityConfiguration: "pricelake-prod-landing",
      tablePrefix: "landing_",
      schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
      recrawlPolicy: { recrawlBehavior: "CRAWL_EVERYTHING" },
    });
    assert.deepEqual(s3Targets, [{ path: "s3://pricelake-prod-lake-123456789012-us-east-1/landing/" }]);
    assert.equal(role, "arn:aws:iam::123456789012:role/pricelake-prod-landing-crawler");
    assert.deepEqual(JSON.parse(String(configuration)), {
      Version: 1,
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 3 },
      CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
    });
  });

  it("project each layer from its first possible day", async () => {
    const tables = [
      "crypto-csv",
      "retail-csv",
      "retail-raw-lines",
      "retail-raw-event-time",
      "retail-quarantine",
    ];
    const preview = await previewOf("dev");
    const ranges = tables.map((name) => {
      const { parameters } = inputsOf(preview, "aws:glue/catalogTable:CatalogTable", `${name}-table`);
      return (parameters as Record<string, string>)["projection.dt.range"];
    });
    assert.deepEqual(ranges, [
      "2025-01-01,NOW+1DAYS",
      "2009-12-01,NOW+1DAYS",
      "2025-01-01,NOW+1DAYS",
      "2009-12-01,NOW+1DAYS",
      "2025-01-01,NOW+1DAYS",
    ]);
  });

  it("have a quarantine table by day", async () => {
    const { name, partitionKeys, parameters, storageDescriptor } = inputsOf(
      await previewOf("dev"),
      "aws:glue/catalogTable:CatalogTable",
      "stocks-quarantine-table",
    ) as {
      name: string;
      partitionKeys: { name: string }[];
      parameters: Record<string, string>;
      storageDescriptor: { location: string; columns: { name: string; type: string }[]; serDeInfo: object };
    };
    assert.equal(name, "stocks_quarantine");
    assert.deepEqual(
      partitionKeys.map((key) => key.name),
      ["dt"],
    );
    assert.deepEqual(
      storageDescriptor.columns.map((column) => `${column.name} ${column.type}`),
      ["source string", "column string", "reason string", "raw string", "rawbase64 string", "rows bigint"],
    );
    const lake = "s3://pricelake-dev-lake-123456789012-us-east-1/quarantine/stocks/";
    assert.equal(storageDescriptor.location, lake);
    assert.equal(parameters["storage.location.template"], `${lake}dt=\${dt}/`);
    assert.equal(parameters["projection.hour.type"], undefined);
  });

  it("have a table over the rows that Firehose could not deliver, by error type and day", async () => {
    const { parameters, partitionKeys } = inputsOf(
      await previewOf("dev"),
      "aws:glue/catalogTable:CatalogTable",
      "stocks-errors-table",
    ) as { parameters: Record<string, string>; partitionKeys: { name: string }[] };
    const lake = "s3://pricelake-dev-lake-123456789012-us-east-1/errors/stocks/";
    assert.equal(parameters["storage.location.template"], `${lake}\${errortype}/dt=\${dt}/`);
    assert.equal(parameters["projection.errortype.type"], "enum");
    assert.deepEqual(
      partitionKeys.map((key) => key.name),
      ["dt", "errortype"],
    );
  });
});
