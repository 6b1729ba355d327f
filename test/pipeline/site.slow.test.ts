import { strict as assert } from "node:assert";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { names, tablesOf } from "../../data/names";
import { lanesFor, pack } from "../../data/records/pack";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import { clientsFor } from "../../tools/kit/clients";
import { coin, line } from "../functions/support/events";
import { connectionOf } from "../support/cloud";
import { temporaryDirectory } from "../support/temporary";

const START = Date.UTC(2026, 0, 1, 10, 1);
const MINUTE = 60_000;
const name = names("local");
const FUNCTION = name.function("publish-reports");

describe("The function publish-reports", function () {
  this.timeout(180_000);
  const dir = temporaryDirectory();
  const posted: { text: string }[] = [];
  let chat: Server;
  let cloud: Cloud;
  let bucket = "";

  before(async () => {
    chat = createServer(async (request, response) => {
      posted.push(JSON.parse(await text(request)) as { text: string });
      response.writeHead(200).end("ok");
    }).listen(0, "127.0.0.1");
    await new Promise((listening) => chat.once("listening", listening));
    cloud = await startCloud({ dir: dir.path, clock: { simulateFrom: START } });
    const { outputs } = await deployProgram({
      ...connectionOf(cloud),
      dir: resolve(__dirname, "../.."),
      stack: "local",
      statePath: join(dir.path, "stack.json"),
      config: {
        "pricelake:feeds": '["crypto"]',
        "pricelake:directFeeds": "[]",
        // No poll before 11:00, and no publication but those of this test.
        "pricelake:pollSeconds": "3600",
        "pricelake:site": "bucket",
        "pricelake:siteMinutes": "1440",
        "pricelake:siteUrl": "https://reports.example.com/",
        "pricelake:siteWebhooks": '["team:slack:chat/team"]',
      },
    });
    bucket = String(outputs.lakeBucket);
    await cloud.call(
      "secretsmanager",
      "CreateSecret",
      { Name: "chat/team", SecretString: `http://127.0.0.1:${(chat.address() as AddressInfo).port}/hook` },
      cloud.administrator,
    );
    // Solana jumps by a quarter in five minutes: a rule matches, and the report's condition holds.
    await send({ bitcoin: 90_000, solana: 200 });
    await send({ bitcoin: 90_100, solana: 250 });
  });

  after(async () => {
    await cloud?.stop();
    chat?.close();
    dir.remove();
  });

  async function send(prices: Readonly<Record<string, number>>): Promise<void> {
    const clients = clientsFor(connectionOf(cloud));
    const time = new Date(cloud.clock.now()).toISOString();
    const events = Object.entries(prices).map(([id, price], at) => ({
      key: id,
      line: line(coin(id, time, price, { market_cap_rank: at + 1 })).trimEnd(),
    }));
    const { packs } = pack(events, lanesFor(1));
    const Records = packs.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
    await clients.kinesis.send(new PutRecordsCommand({ StreamName: name.stream("crypto"), Records }));
    await cloud.clock.advanceTo(cloud.clock.now() + 5 * MINUTE);
    clients.close();
  }

  interface Outcome {
    readonly pages: number;
    readonly failed: number;
    readonly delivered: number;
    readonly undelivered: number;
  }

  async function publish(): Promise<Outcome> {
    const { FunctionError, Payload } = await cloud.call(
      "lambda",
      "Invoke",
      { FunctionName: FUNCTION, Payload: Buffer.from("{}") },
      cloud.administrator,
    );
    const answer = Buffer.from(Payload ?? []).toString();
    assert.equal(FunctionError, undefined, answer);
    return JSON.parse(answer) as Outcome;
  }

  async function keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await cloud.call(
      "s3",
      "ListObjectsV2",
      { Bucket: bucket, Prefix: prefix },
      cloud.administrator,
    );
    return Contents.map(({ Key = "" }) => Key);
  }

  async function read(path: string): Promise<string> {
    const clients = clientsFor(connectionOf(cloud));
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: `site/${path}` }));
    const body = (await Body?.transformToString()) ?? "";
    clients.close();
    return body;
  }

  it("publishes the pages of the deployed feeds, with its own rights", async () => {
    const { pages, failed, delivered, undelivered } = await publish();
    assert.deepEqual(
      { pages, failed, delivered, undelivered },
      { pages: 10, failed: 0, delivered: 2, undelivered: 0 },
    );
    const files = await keys("site/");
    for (const file of [
      "index.html",
      "coins.html",
      "coins/bitcoin.html",
      "coins/bitcoin.csv",
      "feed.json",
      "chart.js",
    ])
      assert.ok(files.includes(`site/${file}`), file);
    assert.ok(!files.some((file) => file.includes("top-products")), "no page of a feed that is not deployed");
    assert.match(await read("coins/bitcoin.html"), /90,100\.00/);
    assert.match(await read("coins/bitcoin.html"), /Newest data: hour 2026-01-01 10h UTC/);
  });

  it("shows the rule's alert with a link to the coin, and the report that met its condition", async () => {
    const feed = JSON.parse(await read("feed.json"));
    const titles = feed.items.map((item: { title: string; url: string }) => [item.title, item.url]);
    const jump = titles.find(([title]: [string]) => /: solana$/.test(title));
    assert.equal(jump?.[1], "https://reports.example.com/coins/solana.html");
    assert.ok(titles.some(([title]: [string]) => title === "Top movers"));
    assert.match(await read("index.html"), /Newest alerts/);
  });

  it("sends the report to the chat once, with the row and a link to the chart", async () => {
    assert.deepEqual(
      posted.map((message) => message.text),
      [
        "*Top movers*\nany change\u200b_pct &gt;= 10: solana 250.0000 USD 25.00 %\n" +
          "<https://reports.example.com/top-movers.html|Open the report>",
      ],
    );
    assert.equal((await publish()).delivered, 0);
    assert.equal(posted.length, 1);
  });

  it("keeps the alerts of earlier publications", async () => {
    const feed = JSON.parse(await read("feed.json"));
    assert.ok(feed.items.some(({ title }: { title: string }) => /: solana$/.test(title)));
  });

  it("keeps a page whose query fails, deletes pages that are no longer listed, and publishes the others", async () => {
    const put = { Bucket: bucket, Key: "site/old-report.html", Body: Buffer.from("old") };
    await cloud.call("s3", "PutObject", put as never, cloud.administrator);
    const { quarantine } = tablesOf({ name: "crypto" });
    await cloud.call(
      "glue",
      "DeleteTable",
      { DatabaseName: name.database, Name: quarantine },
      cloud.administrator,
    );
    const { pages, failed } = await publish();
    assert.deepEqual({ pages, failed }, { pages: 9, failed: 1 });
    const files = await keys("site/");
    assert.ok(files.includes("site/quarantine.html"));
    assert.ok(!files.includes("site/old-report.html"));
    assert.match(await read("index.html"), /Its query failed/);
  });

  it("writes nothing outside its folders, and was refused nothing", async () => {
    const folders = new Set((await keys("")).map((key) => key.slice(0, key.indexOf("/"))));
    assert.deepEqual([...folders].sort(), ["csv", "publishing", "raw", "site"]);
    const { events = [] } = await cloud.call(
      "logs",
      "FilterLogEvents",
      { logGroupName: name.logGroup(FUNCTION), filterPattern: "AccessDenied" },
      cloud.administrator,
    );
    assert.deepEqual(events, []);
  });

  it("publishes after a restart on another port, although the queue's URL has the old one", async () => {
    const { endpoint, clock } = cloud;
    await cloud.stop();
    cloud = await startCloud({ dir: dir.path, clock: { simulateFrom: clock.now() } });
    assert.notEqual(cloud.endpoint, endpoint);
    const { pages, failed } = await publish();
    // One table was deleted before.
    assert.deepEqual([pages, failed], [9, 1]);
  });
});
