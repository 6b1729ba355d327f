import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { ListObjectsV2Command, type ListObjectsV2CommandOutput, S3Client } from "@aws-sdk/client-s3";
import { type FeedDefinition, feeds } from "../../data/feeds";
import { rawFolder } from "../../data/names";
import { runningCloud } from "../../packages/pocket-cloud";
import { readEvents } from "../../tools/consume/sources/kinesis/source";
import { loadFactor } from "../support/load";
import { temporaryDirectory } from "../support/temporary";
import { pricelake } from "./command";

const LOOK_EVERY_MS = 8000;
/** Prices that are collected at once between polls. */
const LARGEST_WRITE = 20;
/** Events of one poll. */
const COINS = 250;

/** What a feed has in each place: a number that grows, or a time that advances, with new rows. */
type Places = Readonly<Record<"stream" | "csv" | "raw" | "view" | "table", string>>;

describe("npm start keeps the feeds alive", function () {
  this.timeout(900_000);
  const dir = temporaryDirectory();
  let child: ChildProcess;
  after(() => {
    child?.kill("SIGKILL");
    dir.remove();
  });

  /** Starts it, and waits until it is ready. Returns the polls, the events of the crypto feed that went in, and the rows in S3. */
  async function start(): Promise<Readonly<Record<"polls" | "events" | "rows", number>>> {
    const { AWS_ENDPOINT_URL: _unset, ...env } = process.env;
    const args = [
      ...["--require", "tsx/cjs", "tools/main.ts", "start", "--port", "0", "--hours", "1", "--json"],
      ...["--dir", dir.path],
    ];
    child = spawn(process.execPath, args, {
      cwd: join(__dirname, "../.."),
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let said = "";
    for await (const chunk of child.stdout ?? []) {
      said += String(chunk);
      if (said.includes("ready ")) break;
    }
    assert.ok(runningCloud(dir.path));
    const { polls, feeds } = JSON.parse(said.slice(0, said.indexOf("\n")));
    return { polls, events: feeds.crypto.events, rows: feeds.crypto.csv.rows };
  }

  /** Rows of each feed in the view, by Athena. */
  async function viewed(): Promise<ReadonlyMap<string, string>> {
    const select = Object.values(feeds).map(
      ({ name, eventTime }) =>
        `SELECT '${name}' AS feed, CAST(count(*) AS varchar) || ' to ' || CAST(max(${eventTime}) AS varchar) AS seen FROM ${name}`,
    );
    const { stdout, stderr, code } = await pricelake([
      ...["report", "sql", select.join(" UNION ALL "), "--allow-full-scan", "--format", "json"],
      ...["--dir", dir.path],
    ]);
    assert.equal(code, 0, stderr);
    const rows = JSON.parse(stdout) as { readonly feed: string; readonly seen: string }[];
    return new Map(rows.map(({ feed, seen }) => [feed, seen]));
  }

  async function places(): Promise<ReadonlyMap<string, Places>> {
    const cloud = runningCloud(dir.path);
    assert.ok(cloud);
    const kinesis = new KinesisClient(cloud);
    const dynamodb = new DynamoDBClient(cloud);
    const s3 = new S3Client({ ...cloud, forcePathStyle: true });
    try {
      const view = await viewed();
      const found = Object.values(feeds).map(async (feed): Promise<[string, Places]> => {
        const stream = `pricelake-local-${feed.name}`;
        const events = await readEvents({ kinesis, stream, start: { type: "TRIM_HORIZON" }, feed });
        const objects = async (Prefix: string) => {
          const Bucket = `pricelake-local-lake-000000000000-${cloud.region}`;
          let [count, ContinuationToken]: [number, string | undefined] = [0, undefined];
          do {
            const page: ListObjectsV2CommandOutput = await s3.send(
              new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }),
            );
            count += page.KeyCount ?? 0;
            ContinuationToken = page.NextContinuationToken;
          } while (ContinuationToken);
          return String(count);
        };
        return [
          feed.name,
          {
            stream: String(events.length),
            csv: await objects(`csv/${feed.name}/`),
            raw: await objects(`raw/${rawFolder(feed.name, "lines")}/`),
            view: view.get(feed.name) ?? "",
            table: await tableOf(dynamodb, feed),
          },
        ];
      });
      return new Map(await Promise.all(found));
    } finally {
      for (const client of [kinesis, dynamodb, s3]) client.destroy();
    }
  }

  /** Number of the table's items, and the newest event's time. */
  async function tableOf(dynamodb: DynamoDBClient, { name, eventTime }: FeedDefinition): Promise<string> {
    const times: string[] = [];
    let from: Record<string, never> | undefined;
    do {
      const page = await dynamodb.send(
        new ScanCommand({ TableName: `pricelake-local-${name}`, ...(from && { ExclusiveStartKey: from }) }),
      );
      times.push(...(page.Items ?? []).map((item) => String(item[eventTime]?.S)));
      from = page.LastEvaluatedKey as Record<string, never> | undefined;
    } while (from);
    return `${times.length} to ${times.sort().at(-1)}`;
  }

  /** Waits until each feed has changed everywhere, for at most two minutes. */
  async function waitForNewRows(): Promise<void> {
    const before = await places();
    const began = Date.now();
    for (;;) {
      // A look costs some seconds of CPU, and rows take a minute to reach raw/.
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const now = await places();
      const waiting = [...before].flatMap(([feed, old]) =>
        (Object.keys(old) as (keyof Places)[])
          .filter((place) => now.get(feed)?.[place] === old[place])
          .map((place) => `${feed} in ${place}: ${old[place]}`),
      );
      if (waiting.length === 0) return;
      assert.ok(
        Date.now() - began < 120_000 * loadFactor(),
        `no new rows within two minutes: ${waiting.join("; ")}`,
      );
    }
  }

  it("all four have new rows in stream, S3, Athena and DynamoDB within two minutes, again after a kill", async () => {
    await start();
    await waitForNewRows();
    child.kill("SIGKILL");
    await once(child, "exit");
    const { polls, events, rows } = await start();
    // Prices that were collected between polls are counted as the pipeline's input too.
    assert.ok(events > polls * COINS, `${events} events of ${polls} polls`);
    // A poll, and a write of collected prices, is counted after its rows are sent: what the kill interrupted then is not
    // counted, or is sent again.
    const uncounted = rows - events;
    const ofWrite = uncounted % COINS;
    assert.ok([0, COINS].includes(uncounted - ofWrite), `${events} events, but ${rows} rows`);
    assert.ok(ofWrite >= 0 && ofWrite <= LARGEST_WRITE, `${events} events, but ${rows} rows`);
    await waitForNewRows();
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    assert.equal(code, 130);
  });
});
