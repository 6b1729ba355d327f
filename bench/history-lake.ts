import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import type { DuckDBConnection } from "@duckdb/node-api";
import { crypto } from "../data/feeds/crypto";

export const COINS = 250;
export const POLLS = 288;
const FIRST_DAY = Date.UTC(2025, 0, 1);
const DAY_MS = 86_400_000;

export const dayAt = (index: number): string =>
  new Date(FIRST_DAY + index * DAY_MS).toISOString().slice(0, 10);

const types: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  double: "DOUBLE",
  bigint: "BIGINT",
  timestamp: "TIMESTAMP",
};

export const csvColumns = Object.entries(crypto.columns).map(
  ([name, { type }]) => `'${name}': '${types[type]}'`,
);

/** A day of polls in the columns of csv/, an object per hour. */
export function dayRows(day: string): string {
  const time = `TIMESTAMP '${day}' + to_minutes(5 * p)`;
  const text = (value: string) => `strftime(${value}, '%Y-%m-%d %H:%M:%S.%g')`;
  return `SELECT 'coin-' || c AS coin_id, 'c' || c AS symbol, 'Coin ' || c AS name,
    printf('%.6f', (1 + c) * (1 + sin((p + dayofyear(DATE '${day}') * 288) / 500.0 + c) / 5)) AS price_usd,
    printf('%.0f', 1e9 + c * 1e6 + hash(c, p) % 1000000) AS market_cap_usd, c + 1 AS market_cap_rank,
    printf('%.0f', 1e7 + hash(c, p, 1) % 10000000) AS volume_24h_usd,
    printf('%.6f', (1 + c) * 1.3) AS high_24h_usd, printf('%.6f', (1 + c) * 0.7) AS low_24h_usd,
    printf('%.5f', (hash(c, p, 2) % 2000000) / 100000.0 - 10) AS change_24h_pct, 1000000 + c AS circulating_supply,
    ${text(time)} AS last_updated, ${text(time)} AS event_time, 'poll' AS origin, p // 12 AS hour
    FROM range(${POLLS}) AS polls(p), range(${COINS}) AS coins(c)`;
}

/** Fills csv/ with days. Returns its bytes. */
export async function fill(
  duck: DuckDBConnection,
  s3: S3Client,
  bucket: string,
  dir: string,
  days: number,
): Promise<number> {
  let bytes = 0;
  for (let index = 0; index < days; index++) {
    const day = dayAt(index);
    await duck.run(`CREATE OR REPLACE TABLE day AS ${dayRows(day)}`);
    for (let hour = 0; hour < 24; hour++) {
      const path = join(dir, "hour.csv");
      await duck.run(
        `COPY (SELECT * EXCLUDE (hour) FROM day WHERE hour = ${hour}) TO '${path}' (FORMAT csv, HEADER false)`,
      );
      const Body = readFileSync(path);
      bytes += Body.length;
      const Key = `csv/crypto/dt=${day}/hour=${String(hour).padStart(2, "0")}/shardId-000000000000-1.csv`;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    }
  }
  return bytes;
}

/** The objects of history/ as files, for the peer. */
export async function download(s3: S3Client, bucket: string, dir: string): Promise<void> {
  mkdirSync(dir);
  let count = 0;
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: "history/crypto/dt=" });
  for await (const { Contents = [] } of pages)
    for (const { Key = "" } of Contents) {
      if (Key.slice(Key.lastIndexOf("/") + 1).startsWith("_")) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      writeFileSync(join(dir, `${count++}.parquet`), (await Body?.transformToByteArray()) ?? "");
    }
}
