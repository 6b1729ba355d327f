import { strict as assert } from "node:assert";
import {
  type CreateDeliveryStreamInput,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  type ExtendedS3DestinationConfiguration,
  ListDeliveryStreamsCommand,
  ListTagsForDeliveryStreamCommand,
  PutRecordCommand,
  StartDeliveryStreamEncryptionCommand,
  StopDeliveryStreamEncryptionCommand,
  TagDeliveryStreamCommand,
  UntagDeliveryStreamCommand,
  UpdateDestinationCommand,
} from "@aws-sdk/client-firehose";
import { create, FROM_TICKS, type Lab, lab, ROLE } from "./cloud";

type Destination = Partial<ExtendedS3DestinationConfiguration>;
const constraint = (text: string) =>
  `Ths supplied prefix(es) do not satisfy the following constraint: ${text}`;
const processing = (
  Type: "Lambda" | "MetadataExtraction" | "RecordDeAggregation",
  parameters: [string, string][] = [],
) => ({
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type,
        Parameters: parameters.map(([ParameterName, ParameterValue]) => ({
          ParameterName: ParameterName as never,
          ParameterValue,
        })),
      },
    ],
  },
});
const dynamic: Destination = {
  DynamicPartitioningConfiguration: { Enabled: true },
  Prefix: "!{partitionKeyFromQuery:a}/",
  ErrorOutputPrefix: "errors/",
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
};

const REFUSED: readonly [name: string, destination: Destination, message: string][] = [
  [
    "expressions without an error prefix",
    { Prefix: "!{timestamp:yyyy}/" },
    constraint("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions"),
  ],
  [
    "the error type in the data prefix",
    { Prefix: "!{firehose:error-output-type}/", ErrorOutputPrefix: "e/" },
    constraint("Prefix must not contain any occurrence of !{firehose:error-output-type}"),
  ],
  [
    "an error prefix with expressions but not the error type",
    { ErrorOutputPrefix: "e/!{timestamp:yyyy}/" },
    constraint("ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}"),
  ],
  [
    "an unclosed expression",
    { Prefix: "a/!{timestamp:yyyy", ErrorOutputPrefix: "e/" },
    constraint("Invalid expression usage"),
  ],
  [
    "an unknown namespace",
    { Prefix: "!{time:yyyy}/", ErrorOutputPrefix: "e/" },
    constraint("Namespace to the left of colon (time) is an invalid keyword!"),
  ],
  [
    "a letter that is no part of a date",
    { Prefix: "!{timestamp:yyyy-bb}/", ErrorOutputPrefix: "e/" },
    constraint("Invalid conversion character used in the value of the expression in Prefix"),
  ],
  [
    "a prefix that evaluates too long",
    { Prefix: `${"x".repeat(513)}/` },
    constraint("Length of evaluated prefix cannot be greater than 512"),
  ],
  [
    "an unsupported time zone",
    { CustomTimeZone: "EST" },
    "Provided custom time zone is not supported. Custom time zones are limited to UTC and non-3-letter IANA time zones.",
  ],
  [
    "a backup without a place",
    { S3BackupMode: "Enabled" },
    "S3 backup destination configuration is required when enabling S3 backup.",
  ],
  [
    "small buffers with dynamic partitioning",
    { ...dynamic, BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 } },
    "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.",
  ],
  [
    "dynamic partitioning without keys in the prefix",
    { ...dynamic, Prefix: "a/" },
    "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled",
  ],
  [
    "a query whose keys the prefix does not use",
    {
      ...dynamic,
      ...processing("MetadataExtraction", [
        ["MetadataExtractionQuery", "{a:.a,b:.b}"],
        ["JsonParsingEngine", "JQ-1.6"],
      ]),
    },
    "MetaDataExtraction JQ Query can't contain keys that are not present in the S3 Prefix expression",
  ],
  [
    "deaggregation without dynamic partitioning",
    processing("RecordDeAggregation", [["SubRecordType", "JSON"]]),
    "class com.amazonaws.services.firehose.internal.model.RecordDeAggregationProcessor can only be present when Dynamic Partitioning is enabled.",
  ],
  [
    "delimited records without a delimiter",
    { ...dynamic, ...processing("RecordDeAggregation", [["SubRecordType", "DELIMITED"]]) },
    "Delimiter should be present for DELIMITED",
  ],
  [
    "a transformation without a function",
    processing("Lambda"),
    "LambdaArn is required when Lambda processor is used.",
  ],
  [
    "half of a transformation's buffering",
    processing("Lambda", [
      ["LambdaArn", "arn:aws:lambda:us-east-1:000000000000:function:f"],
      ["BufferSizeInMBs", "1"],
    ]),
    "Both BufferSizeInMBs and BufferIntervalInSeconds are required to configure buffering for lambda processor.",
  ],
  [
    "conversion of compressed output",
    {
      CompressionFormat: "GZIP",
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
      DataFormatConversionConfiguration: {
        Enabled: true,
        SchemaConfiguration: { RoleARN: ROLE, DatabaseName: "d", TableName: "t" },
        InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
        OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
      },
    },
    "The S3 destination's compression format must be set to UNCOMPRESSED when data format conversion is enabled",
  ],
];

describe("Firehose control plane", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
  });
  after(() => at.end());

  const DeliveryStreamName = "raw";
  const describeIt = async () =>
    (await at.firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName })))
      .DeliveryStreamDescription;

  for (const [name, destination, message] of REFUSED)
    it(`refuses ${name}`, async () => {
      await assert.rejects(create(at, destination), { name: "InvalidArgumentException", message });
    });

  it("refuses two destinations, and a source of the wrong kind", async () => {
    const both: Partial<CreateDeliveryStreamInput> = {
      S3DestinationConfiguration: { RoleARN: ROLE, BucketARN: "arn:aws:s3:::lake" },
    };
    await assert.rejects(create(at, {}, both), {
      message: "Exactly one destination configuration is supported for a Firehose",
    });
    await assert.rejects(create(at, {}, { DeliveryStreamType: "KinesisStreamAsSource" }), {
      message: "KinesisSourceStreamConfig is mandatory for KinesisStreamAsSource stream type.",
    });
  });

  it("refuses a role that it cannot assume", async () => {
    const RoleARN = "arn:aws:iam::000000000000:role/none";
    await assert.rejects(create(at, { RoleARN }), {
      name: "InvalidArgumentException",
      message: `Firehose is unable to assume role ${RoleARN}. Please check the role provided.`,
    });
  });

  it("names unsupported options", async () => {
    const splunk: Partial<CreateDeliveryStreamInput> = {
      SplunkDestinationConfiguration: {
        HECEndpoint: "https://splunk",
        HECEndpointType: "Raw",
        HECToken: "t",
        S3Configuration: { RoleARN: ROLE, BucketARN: "arn:aws:s3:::lake" },
      },
    };
    await assert.rejects(create(at, {}, splunk), {
      message: "The embedded cloud does not support the Firehose option SplunkDestinationConfiguration",
    });
  });

  it("creates, lists, tags, encrypts, updates and deletes a delivery stream", async () => {
    await create(at, { Prefix: "a/" }, { Tags: [{ Key: "env", Value: "test" }] });
    await assert.rejects(create(at, {}), { name: "ResourceInUseException" });
    const { DeliveryStreamNames } = await at.firehose.send(new ListDeliveryStreamsCommand({}));
    assert.deepEqual(DeliveryStreamNames, ["raw"]);

    await at.firehose.send(
      new TagDeliveryStreamCommand({ DeliveryStreamName, Tags: [{ Key: "b", Value: "1" }] }),
    );
    await at.firehose.send(new UntagDeliveryStreamCommand({ DeliveryStreamName, TagKeys: ["env"] }));
    const { Tags } = await at.firehose.send(new ListTagsForDeliveryStreamCommand({ DeliveryStreamName }));
    assert.deepEqual(Tags, [{ Key: "b", Value: "1" }]);

    await at.firehose.send(new StartDeliveryStreamEncryptionCommand({ DeliveryStreamName }));
    assert.deepEqual((await describeIt())?.DeliveryStreamEncryptionConfiguration, {
      Status: "ENABLED",
      KeyType: "AWS_OWNED_CMK",
    });
    await at.firehose.send(new StopDeliveryStreamEncryptionCommand({ DeliveryStreamName }));
    assert.deepEqual((await describeIt())?.DeliveryStreamEncryptionConfiguration, { Status: "DISABLED" });

    const update = (version: string) =>
      at.firehose.send(
        new UpdateDestinationCommand({
          DeliveryStreamName,
          CurrentDeliveryStreamVersionId: version,
          DestinationId: "destinationId-000000000001",
          ExtendedS3DestinationUpdate: { CompressionFormat: "GZIP" },
        }),
      );
    await update("1");
    await assert.rejects(update("1"), { name: "ConcurrentModificationException" });
    const described = await describeIt();
    assert.equal(described?.VersionId, "2");
    assert.equal(described?.Destinations?.[0]?.ExtendedS3DestinationDescription?.CompressionFormat, "GZIP");
    assert.equal(described?.Destinations?.[0]?.ExtendedS3DestinationDescription?.Prefix, "a/");

    await at.firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName }));
    await assert.rejects(describeIt(), {
      name: "ResourceNotFoundException",
      message: "Firehose raw under account 000000000000 not found.",
    });
  });

  it("refuses direct records for a delivery stream that reads a data stream", async () => {
    await create(at, {}, { ...FROM_TICKS, DeliveryStreamName: "fed" });
    const put = new PutRecordCommand({ DeliveryStreamName: "fed", Record: { Data: Buffer.from("a") } });
    await assert.rejects(at.firehose.send(put), { name: "InvalidArgumentException" });
  });
});
