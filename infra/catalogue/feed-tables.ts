import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  csvColumns,
  type FeedDefinition,
  firstDay,
  type GlueColumn,
  partitionKeys,
  prestoViewText,
  rawColumns,
  rawTrinoColumns,
  rawViewSql,
  type TrinoColumn,
  trinoColumns,
  viewColumns,
  viewSql,
} from "../../data/feeds";
import { historyColumns, runKeys } from "../../data/history/tables";
import { CADENCE_PARAMETER, type RawFormat, rawFormats, rawTable, tablesOf } from "../../data/names";
import type { Context } from "../context";
import {
  csvLayer,
  errorsLayer,
  historyLayer,
  type Layer,
  layerLocation,
  quarantineLayer,
  rawLayer,
  runsLayer,
} from "./prefixes";
import { CSV, type Format, JSON_LINES, PARQUET, projection } from "./table-formats";

export interface FeedTablesArgs {
  readonly database: pulumi.Input<string>;
}

/**
 * A feed in the catalogue: external tables over csv/, history/, quarantine/, errors/ and each format of raw/, the typed
 * view, and the view of all raw rows.
 */
export class FeedTables extends pulumi.ComponentResource {
  /** The view's resource. */
  readonly view: pulumi.Resource;

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
    // Events older than the lake are stored by event time only; nothing arrived before the lake existed.
    const arrivalSince = config.lake.since;
    const eventSince = firstDay(feed, arrivalSince);

    // Reports on completeness read the interval from the catalogue, because it is configured per stack.
    const interval = feed.polled ? { [CADENCE_PARAMETER]: String(config.prices.pollSeconds) } : {};
    const csv = createTable(
      "csv",
      tables.csv,
      csvLayer(feed.name),
      eventSince,
      CSV,
      csvColumns(feed),
      interval,
    );
    const raw = rawFormats.map(createRawTable);
    createTable(
      "quarantine",
      tables.quarantine,
      quarantineLayer(feed.name),
      arrivalSince,
      JSON_LINES,
      QUARANTINE,
    );
    createTable("errors", tables.errors, errorsLayer(feed.name), arrivalSince, JSON_LINES, ERRORS);
    const history = createHistory();
    createTable("runs", tables.runs, runsLayer(feed.name), IMPORTS_SINCE, PARQUET, historyColumns(feed));
    this.view = createView();
    createRawView();
    this.registerOutputs({});

    function createRawTable(format: RawFormat) {
      return createTable(
        `raw-${format}`,
        rawTable(feed.name, format),
        rawLayer(feed.name, format),
        format === "event-time" ? eventSince : arrivalSince,
        format === "parquet" ? PARQUET : JSON_LINES,
        rawColumns(feed),
      );
    }

    /** The compaction adds a partition for each verified day, so this table has no projection. */
    function createHistory() {
      const layer = historyLayer(feed.name);
      return newTable("history", tables.history, layer, PARQUET, historyColumns(feed), {});
    }

    function createTable(
      what: string,
      name: string,
      layer: Layer,
      since: string,
      format: Format,
      columns: Columns,
      parameters = {},
    ) {
      return newTable(what, name, layer, format, columns, {
        ...projection(since, bucket, layer),
        ...parameters,
      });
    }

    function newTable(
      what: string,
      name: string,
      layer: Layer,
      format: Format,
      columns: Columns,
      parameters: Readonly<Record<string, string>>,
    ) {
      return new aws.glue.CatalogTable(
        `${feed.name}-${what}-table`,
        {
          databaseName: database,
          name,
          description: feed.title,
          tableType: "EXTERNAL_TABLE",
          parameters: {
            EXTERNAL: "TRUE",
            classification: format.classification,
            ...parameters,
          },
          partitionKeys: keysOf(layer).map(column),
          storageDescriptor: {
            location: layerLocation(bucket, layer),
            ...format.storage,
            columns: columns.map(column),
          },
        },
        parent,
      );
    }

    function createView() {
      return createViewOf("view", tables.view, feed.description, {
        sql: viewSql(feed, names.database, tables.csv),
        columns: viewColumns(feed),
        types: trinoColumns(feed),
        options: {
          dependsOn: [csv, history],
          // The compaction owns the definition: it moves days to history and adds a contract's new columns. An update by
          // Pulumi would bring back the text of its state, with days whose csv/ has expired.
          ...(config.lake.compaction !== "none" && { ignoreChanges: OWNED_BY_COMPACTION }),
        },
      });
    }

    function createRawView() {
      const sources = rawFormats.map((format) => rawTable(feed.name, format));
      // Earlier versions had a table of this name; Glue cannot have both.
      const replacesTable = {
        aliases: [{ name: `${feed.name}-raw-table` }],
        replaceOnChanges: ["tableType"],
        deleteBeforeReplace: true,
      };
      return createViewOf("raw-view", tables.raw, `${feed.title}: the rows of raw/, of all formats`, {
        sql: rawViewSql(feed, names.database, sources),
        columns: [...rawColumns(feed), ...partitionKeys],
        types: rawTrinoColumns(feed),
        options: { ...replacesTable, dependsOn: raw },
      });
    }

    function createViewOf(what: string, name: string, description: string, view: ViewDefinition) {
      return new aws.glue.CatalogTable(
        `${feed.name}-${what}`,
        {
          databaseName: database,
          name,
          description,
          tableType: "VIRTUAL_VIEW",
          parameters: { presto_view: "true", comment: "Presto View" },
          viewOriginalText: prestoViewText(view.types, view.sql, names.database),
          viewExpandedText: "/* Presto View */",
          storageDescriptor: { serDeInfo: VIEW_SERDE, columns: view.columns.map(column) },
        },
        { ...parent, ...view.options },
      );
    }
  }
}

/** Imported rows may be older than the lake. A query of `<feed>_runs` names its days, so the range costs nothing. */
const IMPORTS_SINCE = "1970-01-01";

const OWNED_BY_COMPACTION = [
  "description",
  "parameters",
  "storageDescriptor",
  "tableType",
  "viewExpandedText",
  "viewOriginalText",
];

interface ViewDefinition {
  readonly sql: string;
  readonly columns: Columns;
  readonly types: readonly TrinoColumn[];
  readonly options: pulumi.CustomResourceOptions;
}

type Columns = readonly GlueColumn[];

const BY_DAY = partitionKeys.filter(({ name }) => name === "dt");

const ERROR_TYPE: GlueColumn = {
  name: "errortype",
  type: "string",
  comment: "Firehose's type of the error",
};

const keysOf = (layer: Layer): Columns =>
  layer.byRun ? runKeys : layer.byHour ? partitionKeys : layer.byErrorType ? [...BY_DAY, ERROR_TYPE] : BY_DAY;

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
