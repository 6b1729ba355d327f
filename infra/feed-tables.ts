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
    const external = (layer: Layer, name: string, columns: readonly GlueColumn[], serde: Serde) =>
      new aws.glue.CatalogTable(
        `${feed.name}-${layer}-table`,
        {
          databaseName: database,
          name,
          description: feed.title,
          tableType: "EXTERNAL_TABLE",
          parameters: {
            EXTERNAL: "TRUE",
            classification: layer === "csv" ? "csv" : "json",
            ...projection(config.lake.since, partitionTemplate(bucket, layer, feed.name)),
          },
          partitionKeys: partitionKeys.map(column),
          storageDescriptor: {
            location: layerLocation(bucket, layer, feed.name),
            inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
            outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            serDeInfo: serde,
            columns: columns.map(column),
          },
        },
        parent,
      );
    const csv = external("csv", names.csvTable(feed.name), csvColumns(feed), CSV);
    external("raw", names.rawTable(feed.name), rawColumns(feed), JSON_LINES);

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

type Serde = aws.types.input.glue.CatalogTableStorageDescriptorSerDeInfo;

const column = ({ name, type, comment }: GlueColumn) => ({ name, type, comment });

const CSV: Serde = {
  serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
  parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
};

const JSON_LINES: Serde = {
  serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
  parameters: { "ignore.malformed.json": "false", "case.insensitive": "true" },
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
