import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { runningCloud } from "../../packages/pocket-cloud";
import { temporaryDirectory } from "../support/temporary";
import { pricelake } from "./command";

interface Freshness {
  readonly feed: string;
  readonly newest_event: string;
}

const timeColumns = { posts: "posted_at", stocks: "event_time", retail: "InvoiceDate" } as const;

describe("npm start keeps the feeds alive", function () {
  this.timeout(600_000);
  const dir = temporaryDirectory();
  let child: ChildProcess;
  after(() => {
    child?.kill("SIGKILL");
    dir.remove();
  });

  async function start(): Promise<number> {
    const { AWS_ENDPOINT_URL: _unset, ...env } = process.env;
    const args = [
      "--import",
      "tsx",
      "tools/main.ts",
      "start",
      "--port",
      "0",
      "--hours",
      "1",
      "--dir",
      dir.path,
    ];
    child = spawn(process.execPath, args, {
      cwd: join(__dirname, "../.."),
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    for await (const chunk of child.stdout ?? []) if (String(chunk).includes("ready ")) break;
    assert.ok(runningCloud(dir.path));
    return Date.now();
  }

  async function newestEvents(): Promise<Map<string, number>> {
    const { stdout } = await pricelake(["report", "ingest-freshness", "--format", "json", "--dir", dir.path]);
    const rows = JSON.parse(stdout) as Freshness[];
    return new Map(rows.map(({ feed, newest_event }) => [feed, Date.parse(newest_event)]));
  }

  /** Items of a feed's table with an event after an instant. */
  async function storedSince(feed: keyof typeof timeColumns, since: number): Promise<number> {
    const cloud = runningCloud(dir.path);
    assert.ok(cloud);
    const dynamodb = new DynamoDBClient(cloud);
    try {
      const { Count = 0 } = await dynamodb.send(
        new ScanCommand({
          TableName: `pricelake-local-${feed}`,
          FilterExpression: "#at >= :since",
          ExpressionAttributeNames: { "#at": timeColumns[feed] },
          ExpressionAttributeValues: { ":since": { S: new Date(since).toISOString() } },
        }),
      );
      return Count;
    } finally {
      dynamodb.destroy();
    }
  }

  /** Waits until posts, stocks and retail have rows of after an instant in stream, lake, view and table. */
  async function waitForNewRows(ready: number): Promise<void> {
    // Invoices have whole minutes.
    const since = Math.ceil(ready / 60_000) * 60_000;
    for (;;) {
      const newest = await newestEvents();
      const stored = await Promise.all(
        (["posts", "stocks", "retail"] as const).map((feed) => storedSince(feed, since)),
      );
      if (
        ["posts", "stocks", "retail"].every((feed) => (newest.get(feed) ?? 0) >= since) &&
        !stored.includes(0)
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  }

  it("with new posts, ticks and orders in the view and in DynamoDB, again after a kill", async () => {
    await waitForNewRows(await start());
    child.kill("SIGKILL");
    await once(child, "exit");
    await waitForNewRows(await start());
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    assert.equal(code, 130);
  });
});
