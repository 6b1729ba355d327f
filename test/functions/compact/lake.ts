import { strict as assert } from "node:assert";
import { DeletePartitionCommand, GlueClient } from "@aws-sdk/client-glue";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type LifecycleRule,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { declareLake } from "../../../analytics/check/lake";
import { Clients } from "../../../analytics/clients";
import { encodeCsv, type FeedDefinition, feeds, type Row } from "../../../data/feeds";
import { EXPIRE_CSV, EXPIRE_RUNS } from "../../../data/history/layout";
import { names } from "../../../data/names";
import { compactFeed } from "../../../functions/compact/compact";
import type { ImportLake } from "../../../functions/compact/import";
import { lakeOf } from "../../../functions/compact/lake";
import type { Lake, Options, Result } from "../../../functions/compact/model";
import { type Cloud, startCloud } from "../../../packages/pocket-cloud";
import { runQuery } from "../../../tools/kit/athena";
import { readResults } from "../../../tools/kit/athena-results";
import { accountOf } from "../../../tools/kit/connect";
import { temporaryDirectory } from "../../support/temporary";
import { coin } from "../support/events";

export const crypto = feeds.crypto ?? assert.fail();

/** Noon of the day on which the tests' lake stands still. */
export const NOW = Date.parse("2026-02-01T12:00:00Z");

export type TestLake = Awaited<ReturnType<typeof testLake>>;

interface RunningCloud {
  readonly cloud: Cloud;
  stop(): Promise<void>;
}

async function testCloud(): Promise<RunningCloud> {
  const { path: dir, remove } = temporaryDirectory();
  const cloud = await startCloud({ dir, clock: { simulateFrom: NOW } });
  return {
    cloud,
    stop: async () => {
      await cloud.stop();
      remove();
    },
  };
}

/**
 * Lakes in one cloud for the tests of a suite, each with a bucket and a database of its own. A cloud for each test would
 * start a DuckDB process for each, which takes half a second of CPU.
 */
export function lakesInOneCloud(definitions: readonly FeedDefinition[]): () => Promise<TestLake> {
  let running: RunningCloud;
  let lakes = 0;
  before(async () => {
    running = await testCloud();
  });
  after(() => running.stop());
  return () => testLake({ definitions, env: `test${++lakes}`, of: { ...running, stop: async () => {} } });
}

/** A lake with the feeds' tables in an emulated cloud, by default one of its own, and its compaction. */
export async function testLake({
  definitions,
  env = "test",
  of,
}: {
  readonly definitions?: readonly FeedDefinition[];
  readonly env?: string;
  readonly of?: RunningCloud;
} = {}) {
  const { cloud, stop } = of ?? (await testCloud());
  const connection = {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentials,
  };
  const { account, region } = await accountOf(connection);
  const lakeBucket = names(env).lakeBucket(account, region);
  const { bucket, ...target } = await declareLake(connection, env, definitions, lakeBucket);
  const s3 = new S3Client({ ...connection, forcePathStyle: true });
  const glue = new GlueClient(connection);
  const clients = new Clients(connection);
  let runs = 0;

  const lake = (feed = crypto): ImportLake =>
    lakeOf({ s3, glue, athena: clients.athena }, target, bucket, feed, new AbortController().signal);

  return {
    cloud,
    connection,
    bucket,
    target,
    s3,
    glue,
    lake,
    compact: (options: Partial<Options> = {}, feed = crypto, of: Lake = lake(feed)): Promise<Result> =>
      compactFeed(feed, of, {
        owner: "test",
        now: () => NOW,
        newRun: () => `run-${++runs}`,
        ...options,
      }),
    /** Writes rows as objects of csv/, one for each hour. Returns the first one's key. */
    put: async (name: string, rows: readonly Row[], feed: FeedDefinition = crypto): Promise<string> => {
      const hours = new Map<string, string>();
      for (const row of rows) {
        const at = String(row[feed.eventTime]);
        const key = `csv/${feed.name}/dt=${at.slice(0, 10)}/hour=${at.slice(11, 13)}/${name}.csv`;
        hours.set(key, (hours.get(key) ?? "") + encodeCsv(feed, row));
      }
      for (const [Key, Body] of hours) await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
      return [...hours.keys()][0] ?? "";
    },
    /** Lifecycle rules as the stack has them. */
    expire: async (csvDays: number): Promise<void> => {
      const Rules = [rule(EXPIRE_CSV, "csv/", csvDays), rule(EXPIRE_RUNS, "history/", 2)];
      await s3.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules } }),
      );
    },
    sizes: async (keys: readonly string[]): Promise<number[]> => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
      return keys.map((key) => Contents.find(({ Key }) => Key === key)?.Size ?? assert.fail(key));
    },
    read: async (Key: string): Promise<Uint8Array> => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return (await Body?.transformToByteArray()) ?? assert.fail(Key);
    },
    dropPartition: (day: string) =>
      glue.send(
        new DeletePartitionCommand({
          DatabaseName: target.database,
          TableName: "crypto_history",
          PartitionValues: [day],
        }),
      ),
    remove: (Key: string) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key })),
    keys: async (Prefix: string): Promise<string[]> => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
      return Contents.map(({ Key = "" }) => Key);
    },
    select: async (query: string): Promise<(string | null)[][]> => {
      const finished = await runQuery(clients.athena, target, { query, parameters: [] });
      const rows: (string | null)[][] = [];
      for await (const batch of (await readResults(clients.athena, finished)).rows)
        rows.push(...batch.map((cells) => [...cells]));
      return rows;
    },
    scanned: async (query: string): Promise<number> => {
      const { execution } = await runQuery(clients.athena, target, { query, parameters: [] });
      return Number(execution.Statistics?.DataScannedInBytes);
    },
    stop: async () => {
      s3.destroy();
      glue.destroy();
      clients.close();
      await stop();
    },
  };
}

const rule = (ID: string, Prefix: string, Days: number): LifecycleRule => ({
  ID,
  Status: "Enabled",
  Filter: { And: { Prefix, Tags: [{ Key: "pricelake-expire", Value: "true" }] } },
  Expiration: { Days },
});

/** A price of a coin at an hour of a day. */
export const price = (coinId: string, day: string, hour: number, usd: number, change: object = {}): Row =>
  coin(coinId, `${day}T${String(hour).padStart(2, "0")}:00:00.000Z`, usd, change) as Row;
