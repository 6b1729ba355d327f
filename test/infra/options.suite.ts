import { strict as assert } from "node:assert";
import { estimate } from "../../infra/cost";
import { statementsOf } from "../../infra/guardrails/documents";
import type { Preview } from "../../packages/pulumi-local";
import { asMarkdown } from "../../tools/preview/markdown";
import { previewReport } from "../../tools/preview/report";
import { asText } from "../../tools/preview/text";
import { inputsOf, ofType, previewWith } from "./stacks";

const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";

const destinationOf = (preview: Preview, name: string): Record<string, unknown> => {
  const { extendedS3Configuration } = inputsOf(preview, DELIVERY, name);
  const { cloudwatchLoggingOptions: _, ...destination } = extendedS3Configuration as Record<string, unknown>;
  return destination;
};

const sidsOf = (preview: Preview, role: string): string[] =>
  statementsOf(inputsOf(preview, "aws:iam/rolePolicy:RolePolicy", `${role}-policy`).policy).map(
    ({ sid }) => sid,
  );

const ONE_FEED = { feeds: '["crypto"]', directFeeds: '["crypto"]', streamReaders: "dedicated" };

describe("Configuration options", () => {
  describe("on-demand streams, raw objects by event time, mail, a key, no queues, no dashboard", () => {
    let preview: Preview;
    before(async () => {
      preview = await previewWith("dev", {
        streamMode: "ON_DEMAND",
        deliveryFormat: "event-time",
        alertEmails: '["ops@example.org"]',
        ownKey: "true",
        deadLetterQueues: "false",
        monitoring: "none",
      });
    });

    it("creates streams without shards", () => {
      assert.deepEqual(inputsOf(preview, "aws:kinesis/stream:Stream", "crypto-stream"), {
        name: "pricelake-dev-crypto",
        streamModeDetails: { streamMode: "ON_DEMAND" },
        retentionPeriod: 24,
        encryptionType: "KMS",
        kmsKeyId: inputsOf(preview, "aws:sns/topic:Topic", "alerts").kmsMasterKeyId,
      });
    });

    it("partitions by jq with the minimum buffer, after the transform", () => {
      const { roleArn: _, kmsKeyArn: __, ...destination } = destinationOf(preview, "stocks-direct");
      assert.deepEqual(destination, {
        bucketArn: "arn:aws:s3:::pricelake-dev-lake-123456789012-us-east-1",
        prefix: "raw/stocks-event-time/dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/",
        errorOutputPrefix: "errors/stocks/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
        bufferingInterval: 300,
        bufferingSize: 64,
        compressionFormat: "GZIP",
        dynamicPartitioningConfiguration: { enabled: true },
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: "Lambda",
              parameters: [
                {
                  parameterName: "LambdaArn",
                  parameterValue:
                    "arn:aws:lambda:us-east-1:123456789012:function:pricelake-dev-transform-stocks:$LATEST",
                },
              ],
            },
            {
              type: "RecordDeAggregation",
              parameters: [{ parameterName: "SubRecordType", parameterValue: "JSON" }],
            },
            {
              type: "MetadataExtraction",
              parameters: [
                { parameterName: "JsonParsingEngine", parameterValue: "JQ-1.6" },
                {
                  parameterName: "MetadataExtractionQuery",
                  parameterValue: "{dt: .event_time[0:10], hour: .event_time[11:13]}",
                },
              ],
            },
            {
              type: "AppendDelimiterToRecord",
              parameters: [{ parameterName: "Delimiter", parameterValue: "\\n" }],
            },
          ],
        },
      });
    });

    it("subscribes each address", () => {
      assert.deepEqual(
        inputsOf(preview, "aws:sns/topicSubscription:TopicSubscription", "alerts-ops@example.org"),
        {
          topic: "arn:aws:sns:us-east-1:123456789012:pricelake-dev-alerts",
          protocol: "email",
          endpoint: "ops@example.org",
        },
      );
    });

    it("lets every role that reads or writes encrypted data use the key", () => {
      const roles = ofType(preview, "aws:iam/role:Role").map(({ name }) => name.replace(/-role$/, ""));
      assert.deepEqual(
        roles.filter((role) => !sidsOf(preview, role).includes("UseKey")),
        [],
      );
    });

    it("has no queue, dashboard or alarm, and no permission to send to one", () => {
      const types = preview.resources.map(({ type }) => type);
      assert.deepEqual(
        types.filter((type) => /sqs|metricAlarm|dashboard/.test(type)),
        [],
      );
      assert.equal(sidsOf(preview, "poll-prices").includes("SendDeadLetters"), false);
    });

    it("costs by the byte and for partitioning", () => {
      const units = estimate(preview.resources, "us-east-1").lines.map(({ unit }) => unit);
      assert.deepEqual(
        ["stream-hours", "shard-hours", "GB partitioned", "thousand objects partitioned", "keys"].map(
          (unit) => units.includes(unit),
        ),
        [true, false, true, true, true],
      );
    });
  });

  describe("dedicated stream readers", () => {
    it("give each function 2 MB/s of each shard, and cost by the hour", async () => {
      const preview = await previewWith("dev", { ...ONE_FEED, deliveryFormat: "lines" });
      const readers = ofType(preview, "aws:kinesis/streamConsumer:StreamConsumer");
      assert.deepEqual(
        readers.map(({ name, inputs }) => [name, inputs]),
        ["evaluate-rules", "store-latest", "write-csv"].map((source) => [
          `${source}-crypto-reader`,
          {
            name: `pricelake-dev-${source}-crypto`,
            streamArn: "arn:aws:kinesis:us-east-1:123456789012:stream/pricelake-dev-crypto",
          },
        ]),
      );
      const mapping = inputsOf(
        preview,
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "write-csv-crypto-mapping",
      );
      const arn = String(readers[2]?.outputs.arn);
      assert.equal(mapping.eventSourceArn, arn);
      const { policy } = inputsOf(preview, "aws:iam/rolePolicy:RolePolicy", "write-csv-crypto-policy");
      const subscribe = statementsOf(policy).find(({ sid }) => sid === "SubscribeToShards");
      assert.deepEqual([subscribe?.actions, subscribe?.resources], [["kinesis:SubscribeToShard"], [arn]]);
      const { lines } = estimate(preview.resources, "us-east-1");
      const reader = lines.filter(({ item }) => item === "write-csv-crypto-reader");
      assert.deepEqual(
        reader.map(({ quantity, rate }) => [quantity?.toFixed(1), rate]),
        [
          ["730.0", 0.015],
          ["0.1", 0.013],
        ],
      );
    });
  });

  describe("one feed, as Parquet", () => {
    let preview: Preview;
    before(async () => {
      preview = await previewWith("dev", {
        feeds: '["retail"]',
        directFeeds: '["retail"]',
        deliveryFormat: "parquet",
      });
    });

    it("converts with the schema of the feed's raw table, which the role can read", () => {
      const { roleArn, ...destination } = destinationOf(preview, "retail-raw");
      assert.deepEqual(destination, {
        bucketArn: "arn:aws:s3:::pricelake-dev-lake-123456789012-us-east-1",
        prefix: "raw/retail-parquet/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
        errorOutputPrefix: "errors/retail/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
        bufferingInterval: 300,
        bufferingSize: 64,
        dataFormatConversionConfiguration: {
          inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
          outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
          schemaConfiguration: {
            databaseName: "pricelake_dev",
            tableName: "retail_raw_parquet",
            roleArn,
            region: "us-east-1",
          },
        },
      });
      const policy = inputsOf(preview, "aws:iam/rolePolicy:RolePolicy", "retail-raw-policy");
      const schema = statementsOf(policy.policy).find(({ sid }) => sid === "ReadSchema");
      assert.deepEqual(schema?.resources, [
        "arn:aws:glue:us-east-1:123456789012:catalog",
        "arn:aws:glue:us-east-1:123456789012:database/pricelake_dev",
        "arn:aws:glue:us-east-1:123456789012:table/pricelake_dev/retail_raw_parquet",
      ]);
    });

    it("has a Direct PUT delivery stream with a transform", () => {
      assert.deepEqual(
        ofType(preview, DELIVERY).map(({ id }) => id.split("/").at(-1)),
        ["pricelake-dev-retail-direct", "pricelake-dev-retail-raw"],
      );
      const { environment } = inputsOf(preview, "aws:lambda/function:Function", "transform-retail");
      assert.deepEqual(environment, {
        variables: {
          FEED: "retail",
          SINCE: "2009-12-01",
          LAKE_BUCKET: "pricelake-dev-lake-123456789012-us-east-1",
        },
      });
    });

    it("creates nothing for other feeds", () => {
      const others = preview.resources.filter(({ name }) => /crypto|stocks|posts|poll-prices/.test(name));
      assert.deepEqual(
        others.map(({ name }) => name),
        [],
      );
      assert.deepEqual(
        ofType(preview, "aws:kinesis/stream:Stream").map(({ name }) => name),
        ["retail-stream"],
      );
    });
  });

  describe("a change of deliveryFormat", () => {
    const reportOf = async (from: string, to: string) => {
      const [before, after] = await Promise.all(
        [from, to].map((format) => previewWith("dev", { ...ONE_FEED, deliveryFormat: format })),
      );
      if (!before || !after) throw new Error("a preview is missing");
      return previewReport(after, { ref: "main", preview: before });
    };

    it("in place: the preview names the folder and table of new objects, and that older ones stay", async () => {
      const text = asText(await reportOf("lines", "parquet"));
      assert.ok(
        text.includes(
          "\nraw objects:\n" +
            "  deliveryFormat lines → parquet: new objects go to raw/<feed>-parquet/, table <feed>_raw_parquet\n" +
            "  objects in raw/<feed>/ stay, table <feed>_raw_lines; the view <feed>_raw reads both\n\n",
        ),
        text,
      );
      assert.doesNotMatch(text, /CatalogTable|LOSES/);
    });

    it("with a replacement: the preview says what raw/ may lack", async () => {
      const report = await reportOf("parquet", "event-time");
      assert.match(
        asText(report),
        /deliveryFormat parquet → event-time: new objects go to raw\/<feed>-event-time\/, table <feed>_raw_event_time/,
      );
      assert.match(
        asMarkdown(report),
        /^- crypto-direct, crypto-raw: replaced, .* may be missing in raw\/; csv\/, DynamoDB and reports are complete/m,
      );
    });
  });
});
