import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  csvColumns,
  csvSerde,
  type FeedDefinition,
  firstDay,
  type GlueColumn,
  partitionKeys,
  prestoViewText,
  rawColumns,
  viewColumns,
  viewSql,
} from "../data/feeds";
import { CADENCE_PARAMETER, tablesOf } from "../data/names";
import type { Context } from "./context";
import { type Layer, layerLocation, partitionTemplate } from "./prefixes";

export interface FeedTablesArgs {
  readonly database: pulumi.Input<string>;
}

/** A feed in the catalogue: external tables over csv/, raw/, quarantine/ and errors/, and the typed view. */
export class FeedTables extends pulumi.ComponentResource {
  constructor(
    feed: FeedDefinition,
    { database }: FeedTablesArgs,
    { config, names, account, region }: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:catalogue:FeedTables", `${feed.name}-tables`, {}, options);
    const parent = { parent: this };
    const tables = tablesOf(feed);
    const bucket = names.lakeBucket(account, region);
    const { format } = config.delivery;
    // Events older than the lake are stored by event time only; nothing arrived before the lake existed.
    const arrivalSince = config.lake.since;
    const eventSince = firstDay(feed, arrivalSince);

    // Reports on completeness read the interval from the catalogue, because it is configured per stack.
    const interval = feed.polled ? { [CADENCE_PARAMETER]: String(config.prices.pollSeconds) } : {};
    const csv = createTable("csv", eventSince, CSV, csvColumns(feed), interval);
    createTable(
      "raw",
      format === "event-time" ? eventSince : arrivalSince,
      format === "parquet" ? PARQUET : JSON_LINES,
      rawColumns(feed),
    );
    createTable("quarantine", arrivalSince, JSON_LINES, QUARANTINE);
    createTable("errors", arrivalSince, JSON_LINES, ERRORS);
    createView();
    this.registerOutputs({});

    function createTable(layer: Layer, since: string, format: Format, columns: Columns, parameters = {}) {
      return new aws.glue.CatalogTable(
        `${feed.name}-${layer}-table`,
        {
          databaseName: database,
          name: tables[layer],
          description: feed.title,
          tableType: "EXTERNAL_TABLE",
          parameters: {
            EXTERNAL: "TRUE",
            classification: format.classification,
            ...projection(since, partitionTemplate(bucket, layer, feed.name)),
            ...parameters,
          },
          partitionKeys: partitionKeysOf[layer].map(column),
          storageDescriptor: {
            location: layerLocation(bucket, layer, feed.name),
            ...format.storage,
            columns: columns.map(column),
          },
        },
        parent,
      );
    }

    function createView() {
      const sql = viewSql(feed, names.database, tables.csv);
      return new aws.glue.CatalogTable(
        `${feed.name}-view`,
        {
          databaseName: database,
          name: tables.view,
          description: feed.description,
          tableType: "VIRTUAL_VIEW",
          parameters: { presto_view: "true", comment: "Presto View" },
          viewOriginalText: prestoViewText(feed, sql, names.database),
          viewExpandedText: "/* Presto View */",
          storageDescriptor: { serDeInfo: VIEW_SERDE, columns: viewColumns(feed).map(column) },
        },
        { ...parent, dependsOn: [csv] },
      );
    }
  }
}

interface Format {
  readonly classification: string;
  readonly storage: Pick<
    aws.types.input.glue.CatalogTableStorageDescriptor,
    "inputFormat" | "outputFormat" | "serDeInfo"
  >;
}

type Columns = readonly GlueColumn[];

const BY_DAY = partitionKeys.filter(({ name }) => name === "dt");

const partitionKeysOf: Readonly<Record<Layer, Columns>> = {
  csv: partitionKeys,
  raw: partitionKeys,
  quarantine: BY_DAY,
  errors: [...BY_DAY, { name: "errortype", type: "string", comment: "Firehose's type of the error" }],
};

/** The fields of a quarantine line, in lower case as the SerDe requires. */
const QUARANTINE: Columns = [
  { name: "source", type: "string", comment: "The function and object, or record, it came with" },
  { name: "column", type: "string", comment: "The column that was wrong; null when the whole was no row" },
  { name: "reason", type: "string", comment: "What was wrong with it" },
  { name: "raw", type: "string", comment: "The row as it came" },
  { name: "rawbase64", type: "string", comment: "Its bytes, where they are no text" },
  { name: "rows", type: "bigint", comment: "Rows stored without this unknown field; null for a refused row" },
];

/** The fields of Firehose's error lines. Failed format conversions have lasterrorcode and lasterrormessage. */
const ERRORS: Columns = [
  { name: "errorcode", type: "string", comment: "Firehose's code of the error" },
  { name: "errormessage", type: "string", comment: "Why the record was not delivered" },
  { name: "lasterrorcode", type: "string", comment: "The code of a failed format conversion" },
  { name: "lasterrormessage", type: "string", comment: "The message of a failed format conversion" },
  { name: "attemptsmade", type: "string", comment: "Attempts to process the record" },
  { name: "arrivaltimestamp", type: "bigint", comment: "When Firehose received the record, in milliseconds" },
  { name: "rawdata", type: "string", comment: "The record in base64" },
  { name: "lambdaarn", type: "string", comment: "The function that failed, if one did" },
];

const column = ({ name, type, comment }: GlueColumn) => ({ name, type, comment });

/**
 * Athena itself stores an empty SerdeInfo with a view. Without SerdeInfo it answers "HIVE_METASTORE_ERROR: Table storage
 * descriptor is missing SerDe info" (hashicorp/terraform-provider-aws#28517; the check is in Presto's and Trino's
 * metastore converters). The AWS provider sends no empty SerdeInfo; placeholders are sent, read back the same, and
 * work (iconara/terraform-aws-athena-view, cloudandthings/terraform-aws-s3-inventory).
 */
const VIEW_SERDE = { name: "-", serializationLibrary: "-" };

const TEXT = {
  inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
};

const CSV: Format = {
  classification: "csv",
  storage: {
    ...TEXT,
    serDeInfo: {
      serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
      parameters: { ...csvSerde },
    },
  },
};

const JSON_LINES: Format = {
  classification: "json",
  storage: {
    ...TEXT,
    serDeInfo: {
      serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
      parameters: { "ignore.malformed.json": "false", "case.insensitive": "true" },
    },
  },
};

const PARQUET: Format = {
  classification: "parquet",
  storage: {
    inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serDeInfo: {
      serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
      parameters: { "serialization.format": "1" },
    },
  },
};

/** Partition projection: Athena computes the partitions of a query. It reads nothing outside the range, without an error. */
const projection = (since: string, template: string): Record<string, string> => ({
  "projection.enabled": "true",
  "projection.dt.type": "date",
  "projection.dt.format": "yyyy-MM-dd",
  "projection.dt.range": `${since},NOW+1DAYS`,
  "projection.dt.interval": "1",
  "projection.dt.interval.unit": "DAYS",
  ...(template.includes("hour=") && {
    "projection.hour.type": "integer",
    "projection.hour.range": "0,23",
    "projection.hour.digits": "2",
  }),
  ...(template.includes("errortype") && {
    "projection.errortype.type": "enum",
    "projection.errortype.values": "processing-failed,format-conversion-failed,activePartitionExceeded",
  }),
  "storage.location.template": template,
});
