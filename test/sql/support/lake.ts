import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { declareLake } from "../../../analytics/check/lake";
import { encodeCsv, type FeedDefinition, partitionOf, type Row } from "../../../data/feeds";
import { compactFeed } from "../../../functions/compact/compact";
import { lakeOf } from "../../../functions/compact/lake";
import type { Result } from "../../../functions/compact/model";
import { newRun } from "../../../functions/compact/run";
import { type Cloud, startCloud } from "../../../packages/pocket-cloud";
import { runQuery } from "../../../tools/kit/athena";
import { readResults } from "../../../tools/kit/athena-results";
import { runCommand } from "../../analytics/support/command";

export interface Selected {
  readonly types: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface TestLake {
  /** Rows as the functions store them: one object per hour. */
  store(feed: FeedDefinition, rows: readonly Row[], object?: string): Promise<void>;
  /** Writes the feed's days as Parquet and lets its view read them from there, up to a day. */
  compact(feed: FeedDefinition, to: string): Promise<Result>;
  put(key: string, body: string): Promise<void>;
  /** Runs a statement in the embedded cloud. */
  query(query: string, parameters?: readonly string[]): Promise<Selected>;
  /** A report's answer by the command itself, as JSON. */
  ask(args: readonly string[]): Promise<Record<string, string | number | null>[]>;
  /** A report's answer by the command itself, as Markdown, at a time. */
  show(args: readonly string[], now: number): Promise<string>;
  stop(): Promise<void>;
}

export const present = Date.parse("2026-03-03T12:00:00Z");

/** The embedded cloud with the feeds' tables, and the report command pointed at it. */
export async function startLake(env = "local"): Promise<TestLake> {
  const dir = mkdtempSync(join(tmpdir(), "lake-"));
  const cloud: Cloud = await startCloud({ dir });
  const { endpoint, region, credentials } = cloud;
  const { bucket, ...target } = await declareLake({ endpoint, region, credentials }, env);
  const glue = new GlueClient({ endpoint, region, credentials });
  const athena = new AthenaClient({ endpoint, region, credentials });
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const put = async (key: string, body: string): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  };
  return {
    put,
    query: async (query, parameters = []) => {
      const { columns, rows: batches } = await readResults(
        athena,
        await runQuery(athena, target, { query, parameters }),
      );
      const rows: (readonly (string | null)[])[] = [];
      for await (const batch of batches) rows.push(...batch);
      return { types: columns.map(({ type }) => type), rows };
    },
    compact: async (feed, to) => {
      const lake = lakeOf({ s3, glue, athena }, target, bucket, feed, new AbortController().signal);
      return compactFeed(feed, lake, { owner: "test", now: () => present, newRun, to });
    },
    async store(feed, rows, object = "shardId-000000000000-1") {
      const objects = new Map<string, string>();
      for (const row of rows) {
        const { dt, hour } = partitionOf(String(row[feed.eventTime]));
        const key = `csv/${feed.name}/dt=${dt}/hour=${hour}/${object}.csv`;
        objects.set(key, (objects.get(key) ?? "") + encodeCsv(feed, row));
      }
      await Promise.all([...objects].map(([key, body]) => put(key, body)));
    },
    async ask(args) {
      const outcome = await runCommand([...args, "--format", "json", "--env", env], endpoint, {
        connection: { endpoint, region, credentials },
        now: () => present,
      });
      assert.equal(outcome.code, 0, outcome.stderr);
      return JSON.parse(outcome.stdout);
    },
    async show(args, now) {
      const outcome = await runCommand([...args, "--format", "md", "--env", env], endpoint, {
        connection: { endpoint, region, credentials },
        now: () => now,
      });
      assert.equal(outcome.code, 0, `${args.join(" ")}: ${outcome.stderr}`);
      return outcome.stdout;
    },
    async stop() {
      for (const client of [s3, glue, athena]) client.destroy();
      await cloud.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Equal in text and counts, and in floating figures up to their last digits, which depend on the order of adding. */
export function assertRows(actual: readonly object[], expected: readonly object[]): void {
  assert.deepEqual(rounded(actual), rounded(expected));
}

const rounded = (rows: readonly object[]): object[] =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === "number" ? Number(value.toPrecision(9)) : value,
      ]),
    ),
  );
