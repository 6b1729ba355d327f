import type * as aws from "@pulumi/aws";
import type { FeedDefinition } from "../data/feeds";
import { tablesOf } from "../data/names";
import { errorPrefix, eventTimePrefix, rawPrefix } from "./prefixes";
import type { Setting } from "./setting";
import type { Statement } from "./statements";

/**
 * How Firehose lays a feed down: lines by arrival hour; lines by the hour their events name, found by jq; or Parquet
 * by arrival hour, with the columns of the feed's raw table.
 */
export type DeliveryFormat = "lines" | "event-time" | "parquet";

type Destination = aws.types.input.kinesis.FirehoseDeliveryStreamExtendedS3Configuration;

export interface Format {
  readonly destination: (
    role: Destination["roleArn"],
  ) => Pick<
    Destination,
    | "prefix"
    | "errorOutputPrefix"
    | "bufferingSize"
    | "compressionFormat"
    | "dynamicPartitioningConfiguration"
    | "dataFormatConversionConfiguration"
  >;
  readonly processors: readonly Processor[];
  readonly statements: readonly Statement[];
}

type Processor =
  aws.types.input.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessor;

/** AWS takes no smaller buffers where it partitions by content or converts. */
const LEAST_MEGABYTES = 64;

export function destinationFormat(format: DeliveryFormat, feed: FeedDefinition, setting: Setting): Format {
  const megabytes = setting.config.delivery.bufferMegabytes;
  const errorOutputPrefix = errorPrefix(feed.name);
  if (format === "lines")
    return {
      destination: () => ({
        prefix: rawPrefix(feed.name),
        errorOutputPrefix,
        bufferingSize: megabytes,
        compressionFormat: "GZIP",
      }),
      processors: [],
      statements: [],
    };
  const bufferingSize = Math.max(LEAST_MEGABYTES, megabytes);
  if (format === "event-time")
    return {
      destination: () => ({
        prefix: eventTimePrefix(feed.name),
        errorOutputPrefix,
        bufferingSize,
        compressionFormat: "GZIP",
        dynamicPartitioningConfiguration: { enabled: true },
      }),
      processors: [LINES, eventHour(feed.eventTime), NEWLINE],
      statements: [],
    };
  const { names, region, account, partition } = setting;
  const glue = `arn:${partition}:glue:${region}:${account}`;
  const table = tablesOf(feed).raw;
  return {
    destination: (roleArn) => ({
      prefix: rawPrefix(feed.name),
      errorOutputPrefix,
      bufferingSize,
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

/** A record holds many lines: each becomes a record of its own first, and gets its newline back at the end. */
const LINES: Processor = {
  type: "RecordDeAggregation",
  parameters: [{ parameterName: "SubRecordType", parameterValue: "JSON" }],
};

const NEWLINE: Processor = {
  type: "AppendDelimiterToRecord",
  parameters: [{ parameterName: "Delimiter", parameterValue: "\\n" }],
};

/** Event times begin YYYY-MM-DDTHH. */
const eventHour = (eventTime: string): Processor => ({
  type: "MetadataExtraction",
  parameters: [
    { parameterName: "JsonParsingEngine", parameterValue: "JQ-1.6" },
    {
      parameterName: "MetadataExtractionQuery",
      parameterValue: `{dt: .${eventTime}[0:10], hour: .${eventTime}[11:13]}`,
    },
  ],
});
