import { strict as assert } from "node:assert";
import { feeds } from "../../data/feeds";
import { ruleFiles } from "../../functions/evaluate-rules/rules";
import { statementsOf } from "../../infra/guardrails/documents";
import { exemptionsFor } from "../../infra/guardrails/exemptions";
import { policies } from "../../infra/guardrails/policies";
import { check } from "../../infra/guardrails/policy";
import { EVERY_ALARM, environments, inputsOf, OTHER_VALUES, ofType, previewOf, previewWith } from "./stacks";

const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

describe("The program", () => {
  for (const env of environments)
    it(`meets every guardrail in ${env}`, async () => {
      const { resources } = await previewOf(env);
      const declared = resources.map(({ inputs, ...resource }) => ({ ...resource, props: inputs }));
      assert.deepEqual(check(declared, policies, exemptionsFor(env)), []);
    });

  it("has no unnecessary exemption", async () => {
    const needed = new Set<object>();
    const all = new Map<object, string>();
    for (const env of environments) {
      // The published site is off by default.
      const site = env === "prod" ? (await previewWith(env, EVERY_ALARM)).resources : [];
      const resources = [...(await previewOf(env)).resources, ...site];
      const declared = resources.map(({ inputs, ...resource }) => ({ ...resource, props: inputs }));
      const broken = check(declared, policies, []);
      for (const exemption of exemptionsFor(env)) {
        all.set(exemption, `${env} ${exemption.policy} ${exemption.name}`);
        const covers = broken.some(({ policy, urn }) => {
          const resource = declared.find((one) => one.urn === urn);
          return policy === exemption.policy && exemption.name.test(resource?.name ?? "");
        });
        if (covers) needed.add(exemption);
      }
    }
    const useless = [...all].filter(([exemption]) => !needed.has(exemption)).map(([, name]) => name);
    assert.deepEqual(useless, []);
  });

  it("gives two stacks no physical name in common", async () => {
    const names = async (env: "dev" | "staging") => {
      const { resources } = await previewOf(env);
      return resources
        .filter(({ custom, type }) => custom && !type.includes("NamedQuery") && !type.includes("RolePolicy"))
        .map(({ id }) => id)
        .filter((id) => id !== "");
    };
    const dev = new Set(await names("dev"));
    const shared = (await names("staging")).filter((id) => dev.has(id));
    // Tables and views are named within their database, log streams within their group.
    assert.deepEqual(shared, []);
  });

  it("names exactly the resources of one feed in that feed's permissions", async () => {
    const { policy } = inputsOf(await previewOf("dev"), ROLE_POLICY, "write-csv-retail-policy");
    assert.deepEqual(
      statementsOf(policy).map(({ sid, resources }) => [sid, resources]),
      [
        [
          "WriteLake",
          [
            "arn:aws:s3:::pricelake-dev-lake-123456789012-us-east-1/csv/retail/*",
            "arn:aws:s3:::pricelake-dev-lake-123456789012-us-east-1/quarantine/retail/*",
          ],
        ],
        ["ReadStream", ["arn:aws:kinesis:us-east-1:123456789012:stream/pricelake-dev-retail"]],
        ["WriteFailures", ["arn:aws:s3:::pricelake-dev-failures-123456789012-us-east-1/aws/lambda/*"]],
        ["ListFailures", ["arn:aws:s3:::pricelake-dev-failures-123456789012-us-east-1"]],
        [
          "WriteLogs",
          ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/pricelake-dev-write-csv-retail:*"],
        ],
        ["SendTraces", ["*"]],
      ],
    );
  });

  it("delivers a feed by arrival hour, with a separate error prefix", async () => {
    const { extendedS3Configuration: s3, ...rest } = inputsOf(
      await previewOf("dev"),
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      "crypto-raw",
    ) as { extendedS3Configuration: Record<string, unknown> };
    assert.deepEqual(rest, {
      name: "pricelake-dev-crypto-raw",
      destination: "extended_s3",
      kinesisSourceConfiguration: {
        kinesisStreamArn: "arn:aws:kinesis:us-east-1:123456789012:stream/pricelake-dev-crypto",
        roleArn: "arn:aws:iam::123456789012:role/pricelake-dev-crypto-raw",
      },
    });
    assert.equal(s3.prefix, "raw/crypto/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/");
    assert.equal(
      s3.errorOutputPrefix,
      "errors/crypto/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
    );
    assert.deepEqual([s3.compressionFormat, s3.bufferingInterval, s3.bufferingSize], ["GZIP", 300, 64]);
  });

  it("reads streams from the beginning, in windows of a minute, with limited retries", async () => {
    const mapping = inputsOf(
      await previewOf("prod"),
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "store-latest-posts-mapping",
    );
    assert.deepEqual(mapping, {
      batchSize: 1000,
      bisectBatchOnFunctionError: true,
      destinationConfig: {
        onFailure: { destinationArn: "arn:aws:s3:::pricelake-prod-failures-123456789012-us-east-1" },
      },
      eventSourceArn: "arn:aws:kinesis:us-east-1:123456789012:stream/pricelake-prod-posts",
      functionName: "arn:aws:lambda:us-east-1:123456789012:function:pricelake-prod-store-latest-posts",
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumBatchingWindowInSeconds: 60,
      maximumRecordAgeInSeconds: 64_800,
      maximumRetryAttempts: 10,
      metricsConfig: { metrics: ["EventCount"] },
      startingPosition: "TRIM_HORIZON",
    });
  });

  it("polls in slots aligned with the clock, and passes each poll its slot", async () => {
    const schedule = inputsOf(await previewOf("dev"), "aws:scheduler/schedule:Schedule", "poll-prices") as {
      scheduleExpression: string;
      target: { input: string; retryPolicy: object };
    };
    assert.equal(schedule.scheduleExpression, "cron(0/15 * * * ? *)");
    assert.deepEqual(JSON.parse(schedule.target.input), { scheduledTime: "<aws.scheduler.scheduled-time>" });
    assert.deepEqual(schedule.target.retryPolicy, { maximumEventAgeInSeconds: 840, maximumRetryAttempts: 3 });
  });

  it("polls only once Firehose reads the stream, which it does from LATEST", async () => {
    const { resources } = await previewOf("dev");
    const urnOf = (type: string, name: string) =>
      resources.find((one) => one.type === type && one.name === name);
    const schedule = urnOf("aws:scheduler/schedule:Schedule", "poll-prices");
    const delivery = urnOf("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "crypto-raw");
    assert.ok(delivery && schedule?.dependencies.includes(delivery.urn));
  });

  it("encrypts failed batches without the customer-managed key, which may be what failed", async () => {
    const encryption = async (bucket: string) => {
      const inputs = inputsOf(
        await previewOf("prod"),
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        `${bucket}-encryption`,
      ) as { rules: { applyServerSideEncryptionByDefault: { sseAlgorithm: string } }[] };
      return inputs.rules[0]?.applyServerSideEncryptionByDefault.sseAlgorithm;
    };
    assert.deepEqual(
      [await encryption("lake-failures"), await encryption("lake-data")],
      ["AES256", "aws:kms"],
    );
  });

  it("lets Firehose assume roles for this account only, by the external ID that AWS documents", async () => {
    const conditions = async (name: string) => {
      const { assumeRolePolicy } = inputsOf(await previewOf("dev"), "aws:iam/role:Role", `${name}-role`);
      return statementsOf(assumeRolePolicy).map(({ condition }) => condition);
    };
    assert.deepEqual(await conditions("crypto-raw"), [
      { StringEquals: { "sts:ExternalId": "123456789012" } },
    ]);
    assert.deepEqual(await conditions("landing"), [
      { StringEquals: { "aws:SourceAccount": "123456789012" } },
    ]);
  });

  it("lets the crawler read landing/, write tables of its own prefix and log, as AWSGlueServiceRole does", async () => {
    const { policy } = inputsOf(await previewOf("dev"), "aws:iam/rolePolicy:RolePolicy", "landing-policy");
    const rights = statementsOf(policy).flatMap(({ actions, resources }) =>
      actions.map((action) => [action, resources.map((arn) => arn.split(":").at(-1))]),
    );
    const lake = "pricelake-dev-lake-123456789012-us-east-1";
    const catalogue = ["catalog", "database/pricelake_dev", "table/pricelake_dev/landing_*"];
    const group = ["/aws-glue/crawlers", "*"];
    assert.deepEqual(Object.fromEntries(rights), {
      "s3:GetBucketLocation": [lake],
      "s3:GetObject": [`${lake}/landing/*`],
      "s3:ListBucket": [lake],
      "glue:BatchCreatePartition": catalogue,
      "glue:BatchGetPartition": catalogue,
      "glue:BatchUpdatePartition": catalogue,
      "glue:CreatePartition": catalogue,
      "glue:CreateTable": catalogue,
      "glue:GetDatabase": catalogue,
      "glue:GetPartition": catalogue,
      "glue:GetPartitions": catalogue,
      "glue:GetTable": catalogue,
      "glue:GetTables": catalogue,
      "glue:UpdatePartition": catalogue,
      "glue:UpdateTable": catalogue,
      "logs:CreateLogGroup": group,
      "logs:CreateLogStream": group,
      "logs:PutLogEvents": group,
    });
  });

  it("lets items of the look-back expire, and none of the latest prices", async () => {
    const tables = ofType(await previewOf("prod"), "aws:dynamodb/table:Table");
    assert.deepEqual(Object.fromEntries(tables.map(({ name, inputs }) => [name, inputs.ttl])), {
      "crypto-look-back": { enabled: true, attributeName: "expires_at" },
      "crypto-store": undefined,
      "posts-store": undefined,
      "retail-store": undefined,
      "stocks-store": undefined,
    });
  });

  it("ticks by the minute for slots between minutes, with time to wait for them", async () => {
    const preview = await previewTold();
    const schedule = inputsOf(preview, "aws:scheduler/schedule:Schedule", "poll-prices") as {
      description: string;
      scheduleExpression: string;
      target: { retryPolicy: object };
    };
    assert.deepEqual(
      [schedule.description, schedule.scheduleExpression],
      ["Polls prices every 90 seconds", "cron(0/1 * * * ? *)"],
    );
    assert.deepEqual(schedule.target.retryPolicy, { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 3 });
    const { timeout, environment } = inputsOf(preview, "aws:lambda/function:Function", "poll-prices") as {
      timeout: number;
      environment: { variables: Record<string, string> };
    };
    const { POLL_SECONDS, TICK_SECONDS } = environment.variables;
    assert.deepEqual([timeout, POLL_SECONDS, TICK_SECONDS], [90, "90", "60"]);
  });

  it("projects partitions from the configured day", async () => {
    const { parameters, partitionKeys } = inputsOf(
      await previewOf("dev"),
      "aws:glue/catalogTable:CatalogTable",
      "crypto-csv-table",
    ) as { parameters: Record<string, string>; partitionKeys: { name: string }[] };
    assert.equal(parameters["projection.dt.range"], "2025-01-01,NOW+1DAYS");
    assert.equal(parameters["projection.hour.digits"], "2");
    assert.equal(
      parameters["storage.location.template"],
      "s3://pricelake-dev-lake-123456789012-us-east-1/csv/crypto/dt=$" + "{dt}/hour=$" + "{hour}/",
    );
    assert.deepEqual(
      partitionKeys.map(({ name }) => name),
      ["dt", "hour"],
    );
  });

  it("declares views as Athena reads them, with SerDe info", async () => {
    const { storageDescriptor, viewOriginalText, ...view } = inputsOf(
      await previewOf("dev"),
      "aws:glue/catalogTable:CatalogTable",
      "crypto-view",
    ) as { storageDescriptor: { serDeInfo: object }; viewOriginalText: string } & Record<string, unknown>;
    assert.deepEqual(
      [view.tableType, view.parameters, view.viewExpandedText],
      ["VIRTUAL_VIEW", { presto_view: "true", comment: "Presto View" }, "/* Presto View */"],
    );
    assert.deepEqual(storageDescriptor.serDeInfo, { name: "-", serializationLibrary: "-" });
    const { originalSql } = JSON.parse(
      Buffer.from(viewOriginalText.split(" ")[3] ?? "", "base64").toString(),
    ) as { originalSql: string };
    assert.match(originalSql, /FROM "pricelake_dev"\."crypto_csv"\n/);
  });

  it("gives each function the first day of its feed's tables", async () => {
    const preview = await previewTold();
    const since = ofType(preview, "aws:lambda/function:Function").flatMap(({ name, inputs }) => {
      const { SINCE } = (inputs as { environment: { variables: Record<string, string> } }).environment
        .variables;
      return SINCE === undefined ? [] : [[name, SINCE]];
    });
    assert.deepEqual(Object.fromEntries(since), {
      "evaluate-rules-crypto": "2024-02-01",
      "store-latest-crypto": "2024-02-01",
      "store-latest-posts": "2024-02-01",
      "store-latest-retail": "2009-12-01",
      "store-latest-stocks": "2024-02-01",
      "transform-stocks": "2024-02-01",
      "write-csv-crypto": "2024-02-01",
      "write-csv-posts": "2024-02-01",
      "write-csv-retail": "2009-12-01",
      "write-csv-stocks": "2024-02-01",
    });
    for (const feed of ["crypto", "retail"]) {
      const table = inputsOf(preview, "aws:glue/catalogTable:CatalogTable", `${feed}-csv-table`);
      const { parameters } = table as { parameters: Record<string, string> };
      const { [`write-csv-${feed}`]: day } = Object.fromEntries(since);
      assert.equal(parameters["projection.dt.range"], `${day},NOW+1DAYS`);
    }
  });

  it("protects and retains resources with data in prod, and none in dev", async () => {
    const kept = async (env: "dev" | "prod") =>
      (await previewOf(env)).resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name);
    const guarded = async (env: "dev" | "prod") =>
      (await previewOf(env)).resources
        .filter(({ protect, retainOnDelete }) => protect && !retainOnDelete)
        .map(({ name }) => name);
    assert.deepEqual(await kept("dev"), []);
    assert.deepEqual(await guarded("dev"), []);
    // A stream holds what is on its way; tables are of the catalogue, and what they tell of is in the lake.
    assert.deepEqual((await guarded("prod")).sort(), [
      "catalogue",
      "crypto-stream",
      "posts-stream",
      "retail-stream",
      "stocks-stream",
    ]);
    assert.deepEqual((await kept("prod")).sort(), [
      "crypto-store",
      "key",
      "lake-access-logs",
      "lake-data",
      "lake-failures",
      "lake-results",
      "posts-store",
      "retail-store",
      "stocks-store",
    ]);
  });

  it("runs the same code in every environment", async () => {
    const codes = async (env: "dev" | "staging") =>
      ofType(await previewOf(env), "aws:lambda/function:Function").map(({ name, inputs }) => [
        name,
        inputs.code,
      ]);
    assert.deepEqual(await codes("dev"), await codes("staging"));
  });

  const canary = OTHER_VALUES.coingeckoApiKey.value;
  const previewTold = () => previewWith("dev", OTHER_VALUES);

  it("has rules for every watched feed, and one polled feed at most", () => {
    const all = Object.values(feeds);
    assert.deepEqual(
      all.filter(({ watched }) => watched).map(({ name }) => name),
      Object.keys(ruleFiles),
    );
    assert.ok(all.filter(({ polled }) => polled).length <= 1);
  });

  it("compresses csv/ when configured", async () => {
    const gzip = async (preview: ReturnType<typeof previewWith>) =>
      (
        inputsOf(await preview, "aws:lambda/function:Function", "write-csv-crypto") as {
          environment: { variables: Record<string, string> };
        }
      ).environment.variables.GZIP;
    assert.deepEqual([await gzip(previewOf("dev")), await gzip(previewTold())], ["false", "true"]);
  });

  it("stores the API key in SSM only, and prints it nowhere", async () => {
    const preview = await previewTold();
    assert.equal(JSON.stringify(preview).includes(canary), false);
    const parameter = inputsOf(preview, "aws:ssm/parameter:Parameter", "poll-prices-api-key");
    assert.deepEqual(parameter, {
      name: "/pricelake/dev/coingecko-api-key",
      type: "SecureString",
      value: "[secret]",
    });
    const poller = inputsOf(preview, "aws:lambda/function:Function", "poll-prices") as {
      environment: { variables: Record<string, string> };
    };
    assert.equal(poller.environment.variables.API_KEY_PARAMETER, "/pricelake/dev/coingecko-api-key");
  });
});
