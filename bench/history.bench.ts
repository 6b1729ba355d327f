import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { declareLake } from "../analytics/check/lake";
import { crypto } from "../data/feeds/crypto";
import { compactFeed } from "../functions/compact/compact";
import { lakeOf } from "../functions/compact/lake";
import { newRun } from "../functions/compact/run";
import { runQuery } from "../tools/kit/athena";
import { type Bench, type Figure, median, type Pace } from "./bench";
import { type SpawnedCloud, spawnCloud } from "./cloud";
import { COINS, csvColumns, dayAt, dayRows, download, fill, POLLS } from "./history-lake";

const YEAR = 365;
const QUICK_DAYS = 2;
const ROUNDS = 5;

/** The peer's compaction of one day: its own COPY of the same CSV, distinct, sorted, as ZSTD Parquet. */
async function copyPeer(duck: DuckDBConnection, dir: string, day: string): Promise<number> {
  const source = join(dir, "peer.csv");
  await duck.run(
    `COPY (SELECT * EXCLUDE (hour) FROM (${dayRows(day)})) TO '${source}' (FORMAT csv, HEADER false)`,
  );
  const csv = `read_csv('${source}', header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${csvColumns.join(", ")}})`;
  return timed(() =>
    duck.run(
      `COPY (SELECT * FROM ${csv} QUALIFY row_number() OVER (PARTITION BY coin_id, event_time ORDER BY origin DESC) = 1
        ORDER BY coin_id, event_time) TO '${join(dir, "peer.parquet")}' (FORMAT parquet, COMPRESSION zstd)`,
    ),
  );
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

export const queries: Readonly<Record<string, (from: string, where: string) => string>> = {
  "hourly OHLC of one coin over all days": (from, where) =>
    `SELECT date_trunc('hour', event_time) AS bucket, min_by(price_usd, event_time), max(price_usd), min(price_usd),
      max_by(price_usd, event_time), count(*) FROM ${from} WHERE ${where} coin_id = 'coin-7' GROUP BY 1`,
  "yearly performance of all coins": (from, where) =>
    `SELECT coin_id, min_by(price_usd, event_time) AS first, max_by(price_usd, event_time) AS last FROM ${from}
      WHERE ${where} price_usd > 0 GROUP BY 1`,
};

const ONE_COIN = "hourly OHLC of one coin over all days";
const LONGEST_MS = 1000;

async function measure(
  duck: DuckDBConnection,
  { connection, pid }: SpawnedCloud,
  dir: string,
  { quick, days = quick ? QUICK_DAYS : YEAR }: Pace,
): Promise<Figure[]> {
  const s3 = new S3Client({ ...connection, forcePathStyle: true });
  const glue = new GlueClient(connection);
  const athena = new AthenaClient(connection);
  try {
    const { bucket, ...target } = await declareLake(connection, "bench", [crypto]);
    const csvBytes = await fill(duck, s3, bucket, dir, days);
    forgetPeaks(pid);
    const lake = lakeOf({ s3, glue, athena }, target, bucket, crypto, new AbortController().signal);
    const took = await timed(async () => {
      const { behind } = await compactFeed(crypto, lake, { owner: "bench", now: Date.now, newRun });
      if (behind > 0) throw new Error(`${behind} days are not compacted`);
    });
    const peers: number[] = [];
    for (let round = 0; round < (quick ? 1 : ROUNDS); round++)
      peers.push(await copyPeer(duck, dir, dayAt(round % days)));
    const perSecond = (milliseconds: number, rows: number) => (rows / milliseconds) * 1000;
    const note = `load ${loadavg()[0]?.toFixed(1)}`;
    const compaction: Figure = {
      metric: "compaction, rows",
      value: perSecond(took, days * POLLS * COINS),
      unit: "rows/s",
      against: { what: "DuckDB's COPY", value: perSecond(median(peers), POLLS * COINS) },
      target: { atLeast: 0.5 },
      note,
    };
    const memory: Figure = {
      metric: "memory of the cloud and its queries, at most",
      value: peakMegabytes(pid),
      unit: "MB",
      target: { atMost: 600 },
    };
    const files = join(dir, "history");
    await download(s3, bucket, files);
    return [compaction, memory, ...(await readFigures(duck, athena, target, files, csvBytes, quick))];
  } finally {
    for (const client of [s3, glue, athena]) client.destroy();
  }
}

async function readFigures(
  duck: DuckDBConnection,
  athena: AthenaClient,
  target: { readonly database: string; readonly workgroup: string },
  files: string,
  csvBytes: number,
  quick: boolean,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const note = `load ${loadavg()[0]?.toFixed(1)}`;
  for (const [metric, sql] of Object.entries(queries)) {
    const theirs = () => timed(() => duck.runAndReadAll(sql(`'${files}/*.parquet'`, "")));
    let scanned = 0;
    const ours = () =>
      timed(async () => {
        const query = sql("crypto", `dt >= '${dayAt(0)}' AND`);
        const { execution } = await runQuery(athena, target, { query, parameters: [] });
        scanned = execution.Statistics?.DataScannedInBytes ?? 0;
      });
    const firstPeer = await theirs();
    if (metric === ONE_COIN)
      figures.push({
        metric: "first query of files never seen",
        value: await ours(),
        unit: "ms",
        against: { what: "DuckDB", value: firstPeer },
        target: { atMost: 1.5 },
        note,
      });
    const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
    for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
      times.theirs.push(await theirs());
      times.ours.push(await ours());
    }
    const value = median(times.ours);
    const against = { what: "DuckDB on the same Parquet", value: median(times.theirs) };
    figures.push({ metric, value, unit: "ms", against, target: { atMost: 1.3 }, note });
    if (metric === ONE_COIN)
      figures.push(
        { metric: "the same", value, unit: "ms", target: { atMost: LONGEST_MS }, note },
        {
          metric: "bytes scanned, part of the csv's",
          value: scanned / csvBytes,
          unit: "",
          target: { atMost: 0.02 },
        },
      );
  }
  return figures;
}

/** A process and those that it has started: the cloud and its queries' process. */
function processesOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return [pid, ...children.map(Number).flatMap(processesOf)];
}

/** Makes the largest resident sets of a cloud's processes the present ones, so that the memory for the filling is not counted. */
function forgetPeaks(pid: number): void {
  if (isLinux) for (const each of processesOf(pid)) writeFileSync(`/proc/${each}/clear_refs`, "5");
}

/** The largest resident sets of a cloud's processes so far, in MB. */
function peakMegabytes(pid: number): number {
  if (!isLinux) return Number.NaN;
  return processesOf(pid).reduce((sum, each) => {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${each}/status`, "utf8")) ?? [];
    return sum + Number(kilobytes) / 1024;
  }, 0);
}

/** Only Linux has these files. */
const isLinux = existsSync(`/proc/${process.pid}/task/${process.pid}/children`);

export const bench: Bench = {
  name: "History: a year of 250 coins every five minutes",
  run: async (pace) => {
    const dir = mkdtempSync(join(tmpdir(), "bench-history-"));
    const duck = await (await DuckDBInstance.create(":memory:", { threads: "2" })).connect();
    let cloud: SpawnedCloud | undefined;
    try {
      cloud = await spawnCloud(join(dir, "state"));
      return await measure(duck, cloud, dir, pace);
    } finally {
      await cloud?.stop();
      duck.closeSync();
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};
