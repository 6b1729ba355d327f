import { CreateWorkGroupCommand } from "@aws-sdk/client-athena";
import { CreateDatabaseCommand, CreateTableCommand } from "@aws-sdk/client-glue";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import {
  csvColumns,
  csvSerde,
  type FeedDefinition,
  partitionKeys,
  prestoViewText,
  trinoColumns,
  viewColumns,
  viewSql,
} from "../../data/feeds";
import { historyFolder } from "../../data/history/layout";
import { historyColumns, runKeys } from "../../data/history/tables";
import { names, tablesOf } from "../../data/names";
import { knownFeeds } from "../../sql/library/feeds";
import type { QueryTarget } from "../../tools/kit/athena";
import type { Connection } from "../../tools/kit/connect";
import { Clients } from "../clients";

/** Creates what reports need: bucket, database, workgroup, and the feeds' tables and views. */
export async function declareLake(
  connection: Connection,
  env: string,
  feeds: readonly FeedDefinition[] = knownFeeds(),
  bucket = `pricelake-${env}-lake`,
): Promise<QueryTarget & { readonly bucket: string }> {
  const clients = new Clients(connection);
  const { database, workgroup } = names(env);
  const { athena, glue, s3 } = clients;
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const ResultConfiguration = { OutputLocation: `s3://${bucket}/results/` };
    await athena.send(
      new CreateWorkGroupCommand({ Name: workgroup, Configuration: { ResultConfiguration } }),
    );
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
    for (const feed of feeds)
      for (const table of tableInputs(feed, database, bucket))
        await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: table }));
    return { database, workgroup, bucket };
  } finally {
    clients.close();
  }
}

const glueColumns = (columns: readonly { name: string; type: string }[]) =>
  columns.map(({ name, type }) => ({ Name: name, Type: type }));

function tableInputs(feed: FeedDefinition, database: string, bucket: string) {
  const of = tablesOf(feed);
  const external = (
    name: string,
    folder: Folder,
    columns: readonly { name: string; type: string }[],
    serde: object,
  ) => ({
    Name: name,
    TableType: "EXTERNAL_TABLE",
    Parameters: {
      EXTERNAL: "TRUE",
      ...projection(bucket, folder, feed.name),
    },
    PartitionKeys: glueColumns(keysOf[folder]),
    StorageDescriptor: {
      Location: `s3://${bucket}/${folder}/${feed.name}/`,
      InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      SerdeInfo: serde,
      Columns: glueColumns(columns),
    },
  });
  return [
    external(of.csv, "csv", csvColumns(feed), {
      SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
      Parameters: { ...csvSerde },
    }),
    external(of.quarantine, "quarantine", quarantineColumns, jsonSerde),
    external(of.errors, "errors", errorColumns, jsonSerde),
    parquet(feed, of.history, bucket, partitionKeys.slice(0, 1), {}),
    parquet(feed, of.runs, bucket, runKeys, runsProjection(bucket, feed.name)),
    {
      Name: of.view,
      TableType: "VIRTUAL_VIEW",
      Parameters: { presto_view: "true", comment: "Presto View" },
      ViewOriginalText: prestoViewText(trinoColumns(feed), viewSql(feed, database, of.csv), database),
      ViewExpandedText: "/* Presto View */",
      StorageDescriptor: { SerdeInfo: {}, Columns: glueColumns(viewColumns(feed)) },
    },
  ];
}

const parquet = (
  feed: FeedDefinition,
  Name: string,
  bucket: string,
  keys: readonly { name: string; type: string }[],
  parameters: Readonly<Record<string, string>>,
) => ({
  Name,
  TableType: "EXTERNAL_TABLE",
  Parameters: { EXTERNAL: "TRUE", classification: "parquet", ...parameters },
  PartitionKeys: glueColumns(keys),
  StorageDescriptor: {
    Location: `s3://${bucket}/${historyFolder(feed.name)}`,
    InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    SerdeInfo: {
      SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
      Parameters: { "serialization.format": "1" },
    },
    Columns: glueColumns(historyColumns(feed)),
  },
});

const strings = (...names: readonly string[]) => names.map((name) => ({ name, type: "string" }));

export const quarantineColumns = [
  ...strings("source", "column", "reason", "raw", "rawbase64"),
  { name: "rows", type: "bigint" },
];
export const errorColumns = strings(
  "errorcode",
  "errormessage",
  "lasterrorcode",
  "lasterrormessage",
  "rawdata",
);

const jsonSerde = {
  SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
  Parameters: { "ignore.malformed.json": "false", "case.insensitive": "true" },
};

type Folder = "csv" | "quarantine" | "errors";

const byDay = partitionKeys.filter(({ name }) => name === "dt");
const keysOf: Readonly<Record<Folder, readonly { name: string; type: string }[]>> = {
  csv: partitionKeys,
  quarantine: byDay,
  errors: [...byDay, { name: "errortype", type: "string" }],
};

const days: Readonly<Record<string, string>> = {
  "projection.enabled": "true",
  "projection.dt.type": "date",
  "projection.dt.format": "yyyy-MM-dd",
  "projection.dt.range": "2010-01-01,NOW+1DAYS",
  "projection.dt.interval": "1",
  "projection.dt.interval.unit": "DAYS",
};

const runsProjection = (bucket: string, feed: string): Record<string, string> => ({
  ...days,
  "projection.dt.range": "1970-01-01,NOW+1DAYS",
  "projection.run.type": "injected",
  "storage.location.template": `s3://${bucket}/${historyFolder(feed)}dt=${placeholder("dt")}/${placeholder("run")}/`,
});

const projection = (bucket: string, folder: Folder, feed: string): Record<string, string> => ({
  ...days,
  ...(folder === "errors" && {
    "projection.errortype.type": "enum",
    "projection.errortype.values": "processing-failed,format-conversion-failed,activePartitionExceeded",
  }),
  ...(folder === "csv" && {
    "projection.hour.type": "integer",
    "projection.hour.range": "0,23",
    "projection.hour.digits": "2",
  }),
  "storage.location.template":
    `s3://${bucket}/${folder}/${feed}/` +
    (folder === "errors" ? `${placeholder("errortype")}/` : "") +
    `dt=${placeholder("dt")}/` +
    (folder === "csv" ? `hour=${placeholder("hour")}/` : ""),
});

const placeholder = (name: string): string => `\${${name}}`;
