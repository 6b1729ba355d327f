import type * as aws from "@pulumi/aws";
import type { FeedDefinition } from "../../data/feeds";
import { type RawFormat, rawFolder, rawTable } from "../../data/names";
import { errorPrefix, rawPrefix } from "../catalogue/prefixes";
import type { Context } from "../context";
import type { Statement } from "../permissions";

type Destination = aws.types.input.kinesis.FirehoseDeliveryStreamExtendedS3Configuration;

/** What a delivery format adds to a delivery stream and its role. */
interface Format {
  readonly destination: (roleArn: Destination["roleArn"]) => Partial<Destination>;
  readonly processors: readonly Processor[];
  readonly statements: readonly Statement[];
}

type Processor =
  aws.types.input.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessor;

export const destinationFormat = (feed: FeedDefinition, context: Context): Format =>
  formats[context.config.delivery.format](feed, context);

/** The smallest buffer that AWS accepts with dynamic partitioning or format conversion. */
const MIN_BUFFER_MEGABYTES = 64;

/** The folder of raw/ that a feed's deliveries write to. */
export const deliveryFolder = (feed: string, { config }: Context): string =>
  rawFolder(feed, config.delivery.format);

const formats: Readonly<Record<RawFormat, (feed: FeedDefinition, context: Context) => Format>> = {
  lines: linesByArrival,
  "event-time": linesByEventTime,
  parquet: parquetByArrival,
};

/** JSON lines, by the hour of arrival. Producers may leave out the last newline of a record. */
function linesByArrival({ name }: FeedDefinition, { config }: Context): Format {
  return {
    destination: () => ({
      prefix: rawPrefix(name, "lines"),
      errorOutputPrefix: errorPrefix(name),
      bufferingSize: config.delivery.bufferMegabytes,
      compressionFormat: "GZIP",
    }),
    processors: [APPEND_NEWLINE],
    statements: [],
  };
}

/** JSON lines, by the hour of their event time, which Firehose extracts with jq. */
function linesByEventTime({ name, eventTime }: FeedDefinition, { config }: Context): Format {
  return {
    destination: () => ({
      prefix: rawPrefix(name, "event-time"),
      errorOutputPrefix: errorPrefix(name),
      bufferingSize: Math.max(MIN_BUFFER_MEGABYTES, config.delivery.bufferMegabytes),
      compressionFormat: "GZIP",
      dynamicPartitioningConfiguration: { enabled: true },
    }),
    processors: [SPLIT_LINES, extractEventHour(eventTime), APPEND_NEWLINE],
    statements: [],
  };
}

/** Parquet with the columns of the feed's table of this format, by the hour of arrival. */
function parquetByArrival(feed: FeedDefinition, context: Context): Format {
  const { config, names, region, account, partition } = context;
  const glue = `arn:${partition}:glue:${region}:${account}`;
  const table = rawTable(feed.name, "parquet");
  return {
    destination: (roleArn) => ({
      prefix: rawPrefix(feed.name, "parquet"),
      errorOutputPrefix: errorPrefix(feed.name),
      bufferingSize: Math.max(MIN_BUFFER_MEGABYTES, config.delivery.bufferMegabytes),
      dataFormatConversionConfiguration: {
        inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
        outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
        schemaConfiguration: { databaseName: names.database, tableName: table, roleArn, region },
      },
    }),
    processors: [],
    statements: [
      {
        sid: "ReadSchema",
        actions: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
        resources: [
          `${glue}:catalog`,
          `${glue}:database/${names.database}`,
          `${glue}:table/${names.database}/${table}`,
        ],
      },
    ],
  };
}

/** A Kinesis record holds many lines. Firehose splits them into records, and appends the newline after extraction. */
const SPLIT_LINES: Processor = {
  type: "RecordDeAggregation",
  parameters: [{ parameterName: "SubRecordType", parameterValue: "JSON" }],
};

/**
 * Without it Firehose joins records that do not end with a newline into one line. It needs no dynamic partitioning
 * (fdmsantos/terraform-aws-kinesis-firehose#13).
 */
const APPEND_NEWLINE: Processor = {
  type: "AppendDelimiterToRecord",
  parameters: [{ parameterName: "Delimiter", parameterValue: "\\n" }],
};

/** Event times begin with YYYY-MM-DDTHH. */
const extractEventHour = (eventTime: string): Processor => ({
  type: "MetadataExtraction",
  parameters: [
    { parameterName: "JsonParsingEngine", parameterValue: "JQ-1.6" },
    {
      parameterName: "MetadataExtractionQuery",
      parameterValue: `{dt: .${eventTime}[0:10], hour: .${eventTime}[11:13]}`,
    },
  ],
});
