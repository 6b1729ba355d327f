import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  type StartQueryExecutionInput,
} from "@aws-sdk/client-athena";
import { CreateDatabaseCommand, CreateTableCommand, GlueClient, type TableInput } from "@aws-sdk/client-glue";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Cloud, type CloudOptions, startCloud } from "../../../cloud";

/** A cloud with a database, a bucket for data and one for results, and clients as users have them. */
export interface World {
  readonly cloud: Cloud;
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  readonly dir: string;
  put(key: string, body: string | Uint8Array): Promise<void>;
  table(table: TableInput): Promise<void>;
  /** Runs a query to its end. */
  run(sql: string, options?: Partial<StartQueryExecutionInput>): Promise<QueryExecution>;
  /** The rows of a query that succeeds, header first, NULL as null. */
  rows(sql: string, options?: Partial<StartQueryExecutionInput>): Promise<(string | null)[][]>;
  stop(): Promise<void>;
}

export const NOW = Date.parse("2026-01-10T12:34:56.789Z");

export async function startWorld(
  dir = mkdtempSync(join(tmpdir(), "athena-")),
  more: Partial<CloudOptions> = {},
): Promise<World> {
  const cloud = await startCloud({ dir, clock: { simulateFrom: NOW }, ...more });
  const options = {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentials,
    forcePathStyle: true,
  };
  const [athena, glue, s3] = [new AthenaClient(options), new GlueClient(options), new S3Client(options)];
  const run: World["run"] = async (sql, more = {}) => {
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        QueryExecutionContext: { Database: "market" },
        ResultConfiguration: { OutputLocation: "s3://results/out/" },
        ...more,
      }),
    );
    return finished(athena, QueryExecutionId ?? "");
  };
  return {
    cloud,
    athena,
    glue,
    s3,
    dir,
    run,
    put: async (Key, Body) => void (await s3.send(new PutObjectCommand({ Bucket: "lake", Key, Body }))),
    table: async (TableInput) =>
      void (await glue.send(new CreateTableCommand({ DatabaseName: "market", TableInput }))),
    rows: async (sql, more) => {
      const execution = await run(sql, more);
      if (execution.Status?.State !== "SUCCEEDED")
        throw new Error(`${execution.Status?.State}: ${execution.Status?.StateChangeReason}`);
      const { ResultSet } = await athena.send(
        new GetQueryResultsCommand({ QueryExecutionId: execution.QueryExecutionId }),
      );
      return (ResultSet?.Rows ?? []).map((row) =>
        (row.Data ?? []).map((datum) => datum.VarCharValue ?? null),
      );
    },
    stop: async () => {
      for (const client of [athena, glue, s3]) client.destroy();
      await cloud.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function finished(athena: AthenaClient, QueryExecutionId: string): Promise<QueryExecution> {
  for (;;) {
    const { QueryExecution: execution } = await athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId }),
    );
    if (execution && !["QUEUED", "RUNNING"].includes(execution.Status?.State ?? "")) return execution;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Buckets and the database. */
export async function furnish(world: World): Promise<void> {
  for (const Bucket of ["lake", "results"]) await world.s3.send(new CreateBucketCommand({ Bucket }));
  await world.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: "market" } }));
}

export const OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde";

/** Text columns in CSV under dt= and hour=, projected. */
export const ticks = (name = "ticks"): TableInput => ({
  Name: name,
  TableType: "EXTERNAL_TABLE",
  Parameters: {
    "projection.enabled": "true",
    "projection.dt.type": "date",
    "projection.dt.format": "yyyy-MM-dd",
    "projection.dt.range": "2026-01-01,NOW",
    "projection.hour.type": "integer",
    "projection.hour.range": "0,23",
    "projection.hour.digits": "2",
    "storage.location.template": `s3://lake/${name}/dt=\${dt}/hour=\${hour}/`,
  },
  PartitionKeys: [
    { Name: "dt", Type: "string" },
    { Name: "hour", Type: "string" },
  ],
  StorageDescriptor: {
    Location: `s3://lake/${name}/`,
    InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    SerdeInfo: { SerializationLibrary: OPEN_CSV },
    Columns: ["coin_id", "price_usd", "market_cap_rank", "event_time"].map((Name) => ({
      Name,
      Type: "string",
    })),
  },
});

export const view = (
  name: string,
  originalSql: string,
  columns: readonly (readonly [string, string])[],
): TableInput => ({
  Name: name,
  TableType: "VIRTUAL_VIEW",
  Parameters: { presto_view: "true", comment: "Presto View" },
  ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify({ originalSql, catalog: "awsdatacatalog", schema: "market", columns: columns.map(([column, type]) => ({ name: column, type })) })).toString("base64")} */`,
  ViewExpandedText: "/* Presto View */",
  StorageDescriptor: { SerdeInfo: {}, Columns: columns.map(([Name]) => ({ Name, Type: "string" })) },
});
