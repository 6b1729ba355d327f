import { strict as assert } from "node:assert";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  type ExtendedS3DestinationConfiguration,
  type Processor,
  type ProcessorParameterName,
  type ProcessorType,
  PutRecordBatchCommand,
} from "@aws-sdk/client-firehose";
import { create, type Lab, lab, NOON, objects } from "./cloud";

const processor = (
  Type: ProcessorType,
  parameters: Partial<Record<ProcessorParameterName, string>> = {},
): Processor => ({
  Type,
  Parameters: Object.entries(parameters).map(([name, ParameterValue]) => ({
    ParameterName: name as ProcessorParameterName,
    ParameterValue,
  })),
});

const processing = (...Processors: Processor[]) => ({
  ProcessingConfiguration: { Enabled: true, Processors },
});

/** A destination that is partitioned by the keys of a jq query. */
const partitioned = (
  query: string,
  prefix: string,
  ...more: Processor[]
): Partial<ExtendedS3DestinationConfiguration> => ({
  Prefix: prefix,
  ErrorOutputPrefix: "errors/!{firehose:error-output-type}/",
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
  DynamicPartitioningConfiguration: { Enabled: true },
  ...processing(
    ...more,
    processor("MetadataExtraction", { MetadataExtractionQuery: query, JsonParsingEngine: "JQ-1.6" }),
    processor("AppendDelimiterToRecord"),
  ),
});

describe("Firehose processing", () => {
  let at: Lab;
  beforeEach(async () => {
    at = await lab();
  });
  afterEach(() => at.end());

  const deliver = async (...data: (string | Buffer)[]) => {
    const Records = data.map((text) => ({ Data: Buffer.from(text) }));
    await at.firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: "raw", Records }));
    await at.cloud.flush();
    return objects(at);
  };
  /** Folders, each with the text of its objects. */
  const folders = (found: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(found).map(([key, text]) => [key.slice(0, key.lastIndexOf("/") + 1), text]),
    );

  it("appends a delimiter to each record", async () => {
    await create(at, processing(processor("AppendDelimiterToRecord", { Delimiter: "\\n" })));
    assert.deepEqual(Object.values(await deliver("a", "b")), ["a\nb\n"]);
  });

  it("partitions records by keys of a jq query", async () => {
    await create(
      at,
      partitioned(
        '{coin: .coin, day: (.at | strftime("%d"))}',
        "coin=!{partitionKeyFromQuery:coin}/day=!{partitionKeyFromQuery:day}/",
      ),
    );
    const found = await deliver(
      '{"coin":"btc","at":1565382027}',
      '{"coin":"eth",\n"at":1565382027}',
      '{"coin":"btc","at":1565382028}',
    );
    assert.deepEqual(folders(found), {
      "coin=btc/day=09/": '{"coin":"btc","at":1565382027}\n{"coin":"btc","at":1565382028}\n',
      "coin=eth/day=09/": '{"coin":"eth",\n"at":1565382027}\n',
    });
  });

  it("sends records without a key and invalid JSON to the error prefix", async () => {
    await create(at, partitioned("{coin: .coin}", "coin=!{partitionKeyFromQuery:coin}/"));
    const found = folders(await deliver('{"coin":"btc"}', '{"other":1}', "nonsense"));
    assert.equal(found["coin=btc/"], '{"coin":"btc"}\n');
    const errors = (found["errors/processing-failed/"] ?? "")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      errors.map(({ errorCode, rawData }) => [errorCode, Buffer.from(rawData, "base64").toString()]),
      [
        ["DynamicPartitioning.MetadataExtractionFailed", '{"other":1}'],
        ["DynamicPartitioning.MetadataExtractionFailed", "nonsense"],
      ],
    );
    assert.deepEqual(Object.keys(errors[0]), [
      "attemptsMade",
      "arrivalTimestamp",
      "errorCode",
      "errorMessage",
      "attemptEndingTimestamp",
      "rawData",
    ]);
    assert.equal(errors[0].arrivalTimestamp, NOON);
    assert.equal(errors[0].errorMessage, "partitionKeys values must not be null or empty");
  });

  it("splits aggregated JSON before partitioning", async () => {
    await create(
      at,
      partitioned(
        "{coin: .coin}",
        "coin=!{partitionKeyFromQuery:coin}/",
        processor("RecordDeAggregation", { SubRecordType: "JSON" }),
      ),
    );
    const found = folders(await deliver('{"coin":"a"}{"coin":"b"}\n{"coin":"a","x":"}{"}', '[{"coin":"a"}]'));
    assert.equal(found["coin=a/"], '{"coin":"a"}\n{"coin":"a","x":"}{"}\n');
    assert.equal(found["coin=b/"], '{"coin":"b"}\n');
    assert.match(found["errors/processing-failed/"] ?? "", /RecordDeAggregation\.Failed/);
  });

  it("splits delimited records", async () => {
    const delimited = processor("RecordDeAggregation", { SubRecordType: "DELIMITED", Delimiter: "IyMjIw==" });
    await create(at, partitioned("{coin: .coin}", "coin=!{partitionKeyFromQuery:coin}/", delimited));
    const found = folders(await deliver('{"coin":"a"}####{"coin":"b"}####'));
    assert.deepEqual(found, { "coin=a/": '{"coin":"a"}\n', "coin=b/": '{"coin":"b"}\n' });
  });

  it("limits active partitions to 500", async () => {
    await create(at, partitioned("{n: .n}", "n=!{partitionKeyFromQuery:n}/"));
    const records = Array.from({ length: 503 }, (_, n) => `{"n":${n}}`);
    const Records = records.slice(500).map((text) => ({ Data: Buffer.from(text) }));
    await at.firehose.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: "raw",
        Records: records.slice(0, 500).map((text) => ({ Data: Buffer.from(text) })),
      }),
    );
    await at.firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: "raw", Records }));
    await at.cloud.flush();
    const { KeyCount } = await at.cloud.call(
      "s3",
      "ListObjectsV2",
      { Bucket: "lake", Prefix: "n=" },
      at.cloud.administrator,
    );
    assert.equal(KeyCount, 500);
    const { Contents = [] } = await at.cloud.call(
      "s3",
      "ListObjectsV2",
      { Bucket: "lake", Prefix: "errors/activePartitionExceeded/" },
      at.cloud.administrator,
    );
    assert.equal(Contents.length, 1);
  });

  it("extracts the messages of CloudWatch Logs data", async () => {
    const logs = (message: object) => gzipSync(JSON.stringify(message));
    await create(
      at,
      processing(
        processor("Decompression", { CompressionFormat: "GZIP" }),
        processor("CloudWatchLogProcessing", { DataMessageExtraction: "true" }),
      ),
    );
    const found = await deliver(
      logs({ messageType: "DATA_MESSAGE", logEvents: [{ message: "one" }, { message: "two" }] }),
      logs({ messageType: "CONTROL_MESSAGE", logEvents: [{ message: "checking" }] }),
    );
    assert.deepEqual(Object.values(found), ["one\ntwo\n"]);
  });

  it("writes the raw records to the backup", async () => {
    await at.cloud.call("s3", "CreateBucket", { Bucket: "backup" }, at.cloud.administrator);
    await create(at, {
      S3BackupMode: "Enabled",
      S3BackupConfiguration: {
        RoleARN: "arn:aws:iam::000000000000:role/delivery",
        BucketARN: "arn:aws:s3:::backup",
        Prefix: "source/",
        CompressionFormat: "GZIP",
      },
      ...processing(processor("Decompression")),
    });
    const packed = gzipSync("a");
    assert.deepEqual(Object.values(await deliver(packed)), ["a"]);
    const [[key, text]] = Object.entries(await objects(at, "backup")) as [[string, string]];
    assert.match(key, /^source\/2026\/01\/01\/12\/raw-1-2026-01-01-12-00-00-.*\.gz$/);
    assert.ok(text.length > 0);
    assert.equal(gunzipSync(packed).toString(), "a");
  });
});
