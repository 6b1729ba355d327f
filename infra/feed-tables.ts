import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  csvColumns,
  type FeedDefinition,
  type GlueColumn,
  partitionKeys,
  prestoViewText,
  rawColumns,
  viewColumns,
  viewSql,
} from "../data/feeds";
import { type Layer, layerLocation, partitionTemplate } from "./prefixes";
import type { Setting } from "./setting";

export interface FeedTablesArgs {
  readonly database: pulumi.Input<string>;
  readonly bucket: string;
}

/** A feed in the catalogue: `<feed>_csv` and `<feed>_raw` over its folders, and the typed view `<feed>`. */
export class FeedTables extends pulumi.ComponentResource {
  constructor(
    feed: FeedDefinition,
    { database, bucket }: FeedTablesArgs,
    { config, names }: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:catalogue:FeedTables", `${feed.name}-tables`, {}, options);
    const parent = { parent: this };
    const since = feed.name === "retail" ? config.lake.retailSince : config.lake.since;
    const external = (layer: Layer, name: string, columns: readonly GlueColumn[], format: Format) =>
      new aws.glue.CatalogTable(
        `${feed.name}-${layer}-table`,
        {
          databaseName: database,
          name,
          description: feed.title,
          tableType: "EXTERNAL_TABLE",
          parameters: {
            EXTERNAL: "TRUE",
            classification: format.classification,
            ...projection(since, partitionTemplate(bucket, layer, feed.name)),
          },
          partitionKeys: partitionKeys.map(column),
          storageDescriptor: {
            location: layerLocation(bucket, layer, feed.name),
            ...format.storage,
            columns: columns.map(column),
          },
        },
        parent,
      );
    const csv = external("csv", names.csvTable(feed.name), csvColumns(feed), CSV);
    external(
      "raw",
      names.rawTable(feed.name),
      rawColumns(feed),
      config.delivery.format === "parquet" ? PARQUET : JSON_LINES,
    );

    const sql = viewSql(feed, names.database, names.csvTable(feed.name));
    new aws.glue.CatalogTable(
      `${feed.name}-view`,
      {
        databaseName: database,
        name: names.view(feed.name),
        description: feed.description,
        tableType: "VIRTUAL_VIEW",
        parameters: { presto_view: "true", comment: "Presto View" },
        viewOriginalText: prestoViewText(feed, sql, names.database),
        viewExpandedText: "/* Presto View */",
        storageDescriptor: { columns: viewColumns(feed).map(column) },
      },
      { parent: this, dependsOn: [csv] },
    );
    this.registerOutputs({});
  }
}

interface Format {
  readonly classification: string;
  readonly storage: Pick<
    aws.types.input.glue.CatalogTableStorageDescriptor,
    "inputFormat" | "outputFormat" | "serDeInfo"
  >;
}

const column = ({ name, type, comment }: GlueColumn) => ({ name, type, comment });

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
      parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
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

/** Athena computes the partitions of a query instead of looking them up; outside the range there are silently none. */
export const projection = (since: string, template: string): Record<string, string> => ({
  "projection.enabled": "true",
  "projection.dt.type": "date",
  "projection.dt.format": "yyyy-MM-dd",
  "projection.dt.range": `${since},NOW+1DAYS`,
  "projection.dt.interval": "1",
  "projection.dt.interval.unit": "DAYS",
  "projection.hour.type": "integer",
  "projection.hour.range": "0,23",
  "projection.hour.digits": "2",
  "storage.location.template": template,
});
