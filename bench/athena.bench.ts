import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import {
  csvColumns,
  csvSerde,
  partitionKeys,
  prestoViewText,
  trinoColumns,
  viewColumns,
  viewSql,
} from "../data/feeds";
import { stocks } from "../data/feeds/stocks";
import type { RunningCloud } from "../packages/pocket-cloud";
import { type Bench, type Figure, median } from "./bench";
import { type SpawnedCloud, spawnCloud } from "./cloud";

const TICKS = 10_000_000;
const HOURS = 167;
const QUICK = { ticks: 20_000, hours: 4 };
const ROUNDS = 5;
/** Poll interval for the query state. */
const PAUSE = 10;
const DAY_ONE = "2026-01-01";

const OHLC = `SELECT ticker_symbol, date_trunc('hour', event_time) AS hour_start, min_by(price, event_time) AS open,
  max(price) AS high, min(price) AS low, max_by(price, event_time) AS close, count(*) AS ticks`;

interface Sample {
  readonly hour: number;
  readonly path: string;
}

/** Ticks without duplicates in the lake's CSV, one file per hour. */
async function samples(duck: DuckDBConnection, dir: string, ticks: number, hours: number): Promise<Sample[]> {
  mkdirSync(dir);
  const each = Math.floor(ticks / hours);
  const made: Sample[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const path = join(dir, `${hour}.csv`);
    await duck.run(`COPY (SELECT 'C' || (100 + n % 250), 'HEALTHCARE', printf('%.2f', (hash(n) % 200) / 100.0 - 1),
      printf('%.2f', (hash(n * 13) % 2000000) / 100.0), strftime(TIMESTAMP '${DAY_ONE}' + INTERVAL ${hour} HOUR + to_milliseconds(n * 3600000 // ${each}), '%Y-%m-%d %H:%M:%S.%g')
      FROM range(${each}) AS r(n)) TO '${path}' (FORMAT csv, HEADER false)`);
    made.push({ hour, path });
  }
  return made;
}

/** The peer: DuckDB with declared column types. */
async function peer(duck: DuckDBConnection, files: readonly Sample[]): Promise<() => Promise<number>> {
  const types = Object.entries(stocks.columns).map(([name, { type }]) => `'${name}': '${duckTypes[type]}'`);
  const source = `read_csv([${files.map(({ path }) => `'${path}'`).join(", ")}], header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${types.join(", ")}})`;
  return () =>
    timed(async () => {
      const result = await duck.stream(`${OHLC} FROM ${source} GROUP BY 1, 2`);
      while ((await result.fetchChunk())?.rowCount);
    });
}

const duckTypes: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  double: "DOUBLE",
  bigint: "BIGINT",
  timestamp: "TIMESTAMP",
};

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The feed's tables as the program declares them, over the files. */
async function fill(connection: RunningCloud, files: readonly Sample[]): Promise<void> {
  const s3 = new S3Client({ ...connection, forcePathStyle: true });
  const glue = new GlueClient(connection);
  const columns = (all: readonly { name: string; type: string }[]) =>
    all.map(({ name, type }) => ({ Name: name, Type: type }));
  for (const Bucket of ["lake", "results"]) await s3.send(new CreateBucketCommand({ Bucket }));
  for (const { hour, path } of files) {
    const at = new Date(Date.parse(DAY_ONE) + hour * 3_600_000).toISOString();
    const Key = `csv/dt=${at.slice(0, 10)}/hour=${at.slice(11, 13)}/ticks.csv`;
    await s3.send(new PutObjectCommand({ Bucket: "lake", Key, Body: readFileSync(path) }));
  }
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: "bench" } }));
  const table = {
    Name: "stocks_csv",
    TableType: "EXTERNAL_TABLE",
    PartitionKeys: columns(partitionKeys),
    Parameters: {
      "projection.enabled": "true",
      "projection.dt.type": "date",
      "projection.dt.format": "yyyy-MM-dd",
      "projection.dt.range": `${DAY_ONE},NOW`,
      "projection.hour.type": "integer",
      "projection.hour.range": "0,23",
      "projection.hour.digits": "2",
    },
    StorageDescriptor: {
      Location: "s3://lake/csv/",
      Columns: columns(csvColumns(stocks)),
      SerdeInfo: {
        SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        Parameters: { ...csvSerde },
      },
    },
  };
  const view = {
    Name: "stocks",
    TableType: "VIRTUAL_VIEW",
    Parameters: { presto_view: "true", comment: "Presto View" },
    ViewOriginalText: prestoViewText(trinoColumns(stocks), viewSql(stocks, "bench", "stocks_csv"), "bench"),
    StorageDescriptor: { SerdeInfo: {}, Columns: columns(viewColumns(stocks)) },
  };
  for (const TableInput of [table, view])
    await glue.send(new CreateTableCommand({ DatabaseName: "bench", TableInput }));
  s3.destroy();
  glue.destroy();
}

/** From StartQueryExecution to SUCCEEDED. Polling starts after `least`, because polling itself costs time. */
const query = (athena: AthenaClient, QueryString: string, least = 0) =>
  timed(async () => {
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString,
        QueryExecutionContext: { Database: "bench" },
        ResultConfiguration: { OutputLocation: "s3://results/" },
      }),
    );
    await setTimeout(least);
    for (;;) {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State, StateChangeReason } = QueryExecution?.Status ?? {};
      if (State === "SUCCEEDED") return;
      if (State !== "QUEUED" && State !== "RUNNING") throw new Error(`${State}: ${StateChangeReason}`);
      await setTimeout(PAUSE);
    }
  });

async function figures(
  athena: AthenaClient,
  alone: () => Promise<number>,
  quick: boolean,
): Promise<Figure[]> {
  const report = `${OHLC} FROM stocks GROUP BY 1, 2`;
  const small = "SELECT count(*) FROM stocks WHERE dt = '2026-01-01' AND hour = '00'";
  const once = await alone();
  const first = await query(athena, report, 2 * once);
  // What the first query caches must be ready before the next ones are timed.
  await query(athena, report, once);
  await setTimeout(quick ? 0 : 4 * first);
  const [theirs, ours, trips]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
    const least = await alone();
    theirs.push(least);
    ours.push(await query(athena, report, least));
  }
  await query(athena, small);
  for (let round = 0; round < (quick ? 1 : 4 * ROUNDS); round++) trips.push(await query(athena, small));
  const against = { what: "DuckDB told the types", value: median(theirs) };
  const note = `load ${loadavg()[0]?.toFixed(1)}`;
  return [
    { metric: "first hourly OHLC through the view", value: first, unit: "ms", against },
    {
      metric: "hourly OHLC through the view",
      value: median(ours),
      unit: "ms",
      against,
      target: { atMost: 1.15 },
      note,
    },
    { metric: "round trip of a small query", value: median(trips), unit: "ms" },
  ];
}

export const bench: Bench = {
  name: "Athena over CSV",
  run: async ({ quick }) => {
    const dir = mkdtempSync(join(tmpdir(), "bench-athena-"));
    const duck = await (await DuckDBInstance.create(":memory:", { threads: "2" })).connect();
    let cloud: SpawnedCloud | undefined;
    try {
      const { ticks, hours } = quick ? QUICK : { ticks: TICKS, hours: HOURS };
      const files = await samples(duck, join(dir, "files"), ticks, hours);
      cloud = await spawnCloud(join(dir, "state"));
      await fill(cloud.connection, files);
      const athena = new AthenaClient(cloud.connection);
      const found = await figures(athena, await peer(duck, files), quick);
      athena.destroy();
      return found;
    } finally {
      await cloud?.stop();
      duck.closeSync();
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};
