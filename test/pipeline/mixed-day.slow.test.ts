import { strict as assert } from "node:assert";
import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { parse } from "csv-parse/sync";
import { feeds } from "../../data/feeds";
import { hourAt } from "../../data/hours";
import { pack } from "../../data/records/pack";
import { linesOf, objectsUnder } from "../../functions/shared/objects";
import { queryRows } from "../../tools/kit/athena-results";
import { type Reconciliation, reconcile } from "../../tools/reconcile/reconcile";
import { temporaryDirectory } from "../support/temporary";
import { ENV, name, startWorld, type World } from "./simulation/world";

const HOUR = 3_600_000;
const HOURS = 10;
const MOST_TEXT = `=SUM(A1) ${"ß漢🚀é".repeat(248)}`.slice(0, 1000);

/** What was sent, counted by the test itself. */
interface Sent {
  /** Natural keys of the rows that the lake stores. */
  readonly keys: Set<string>;
  /** Lines of the stream, invalid ones included. */
  lines: number;
  invalid: number;
  /** Rows of the stream without an event time: each is an event of its own. */
  undated: number;
}

/** Polls of the day, the first one at its start. */
const SLOTS = HOURS * 12 + 1;

const none = (): Sent => ({ keys: new Set(), lines: 0, invalid: 0, undated: 0 });

describe("A mixed day", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  const start = Math.floor((Date.now() - 12 * HOUR) / HOUR) * HOUR;
  const sent = { retail: none(), stocks: none(), posts: none() };
  const direct = { rows: 0, refusedLines: 0, failedRecords: 0 };
  let world: World;
  let firehose: FirehoseClient;

  before(async () => {
    world = await startWorld(dir.path, 1, { feeds: Object.keys(feeds), simulateFrom: start - 60_000 });
    const { endpoint, region, credentials } = world.cloud;
    firehose = new FirehoseClient({ endpoint, region, credentials });
    for (let hour = 0; hour < HOURS; hour++) {
      await world.cloud.clock.advanceTo(start + hour * HOUR + 600_000);
      await playHour(hour);
    }
    await world.cloud.clock.advanceTo(start + HOURS * HOUR);
    for (let round = 0; round < 3; round++) {
      await world.cloud.flush();
      await world.cloud.clock.advanceTo(world.cloud.clock.now() + 70_000);
    }
  });
  after(async () => {
    firehose?.destroy();
    await world?.stop();
    dir.remove();
  });

  async function playHour(hour: number): Promise<void> {
    const at = (minute: number) => new Date(start + hour * HOUR + minute * 60_000).toISOString();
    await packed("retail", retailLines(hour));
    await packed("posts", postLines(hour, at(3)));
    await single("stocks", stockLines(hour, at(7)));
    await putDirectly(hour, at(8));
    if (hour % 5 === 2) await pollAgain();
  }

  /** Invoice lines that are late by years, under the lab's header, with an unknown field and repeats. */
  function retailLines(hour: number): string[] {
    const lines = Array.from({ length: 20 }, (_, i) => {
      const invoice = `5${hour * 100 + i}`;
      const description = i % 4 === 0 ? "=cmd|' /C calc'!A0" : 'CUPID "LOVE", RACK';
      sent.retail.keys.add(invoice);
      return JSON.stringify({
        InvoiceNo: invoice,
        StockCode: "85123A",
        Description: description,
        Quantity: i - 3,
        InvoiceDate: `12/${1 + hour}/2010 8:${10 + i}`,
        UnitPrice: 2.55,
        Customer: "17850",
        Country: "United Kingdom",
        ...(i % 5 === 0 && { discount: 3 }),
      });
    });
    // Two lines of one invoice with one article, and a line under the names of the contract.
    const again = { ...(JSON.parse(lines[1] ?? "{}") as object), Quantity: 100 };
    const { Customer: CustomerID, ...rest } = JSON.parse(lines[2] ?? "{}") as Record<string, unknown>;
    const exact = { ...rest, InvoiceNo: `6${hour}`, CustomerID };
    sent.retail.keys.add(`5${hour * 100 + 1} twice`).add(`6${hour}`);
    const invalid = ['{"InvoiceNo":"5', JSON.stringify({ InvoiceNo: "1", InvoiceDate: "1/1/1999 8:00" })];
    const before = JSON.parse(lines[0] ?? "{}") as object;
    const tooOld = JSON.stringify({ ...before, InvoiceNo: "old", InvoiceDate: "1/1/1999 8:00" });
    const others = [again, exact].map((row) => JSON.stringify(row));
    const all = [...lines, ...lines.slice(0, 3), ...others, ...invalid, tooOld];
    sent.retail.lines += all.length;
    sent.retail.invalid += 3;
    return all;
  }

  function postLines(hour: number, posted_at: string): string[] {
    const lines = Array.from({ length: 6 }, (_, i) => {
      const post_id = `p${hour}-${i}`;
      sent.posts.keys.add(post_id);
      const text = i === 0 ? MOST_TEXT : i === 1 ? "=1+1\nsecond line, «quoted»" : "#niño\u2028#año2026";
      return JSON.stringify({ post_id, author: `a${i}`, text, likes: i, posted_at });
    });
    const ofNetworks = [
      {
        id_str: `105011862120${hour}`,
        id: 1,
        user: { screen_name: "x11" },
        text: "#niño",
        created_at: new Date(posted_at)
          .toUTCString()
          .replace(/^(...), (..) (...) (....) (.*) GMT/, "$1 $3 $2 $5 +0000 $4"),
      },
      {
        data: {
          id: `29${hour}`,
          author_id: "7",
          text: "=v2",
          created_at: posted_at,
          public_metrics: { like_count: 3 },
        },
      },
      {
        id: "1",
        uri: `https://mastodon.example/users/a/statuses/${hour}`,
        account: { acct: "a@mastodon.example" },
        content: "<p>=toot</p>",
        created_at: posted_at,
      },
      {
        uri: `at://did:plc:a/app.bsky.feed.post/${hour}`,
        author: { did: "did:plc:a", handle: "a.bsky.social" },
        record: { text: "sky", createdAt: posted_at },
      },
    ];
    sent.posts.keys
      .add(`105011862120${hour}`)
      .add(`29${hour}`)
      .add(`https://mastodon.example/users/a/statuses/${hour}`)
      .add(`at://did:plc:a/app.bsky.feed.post/${hour}`);
    lines.push(...ofNetworks.map((post) => JSON.stringify(post)));
    sent.posts.lines += lines.length + 2;
    sent.posts.invalid += 1;
    return [...lines, lines[0] ?? "", '{"post_id":1050118621198921728,"author":"a"}'];
  }

  /** Single records: with and without a time, late by hours, repeated, invalid, with a time of the far future. */
  function stockLines(hour: number, event_time: string): string[] {
    const dated = Array.from({ length: 5 }, (_, i) => {
      sent.stocks.keys.add(`T${i} ${event_time}`);
      return JSON.stringify({ TICKER_SYMBOL: `T${i}`, PRICE: 10 + i, event_time });
    });
    if (hour >= 5) {
      const late = new Date(Date.parse(event_time) - 5 * HOUR + 1000).toISOString();
      sent.stocks.keys.add(`L ${late}`);
      dated.push(JSON.stringify({ ticker_symbol: "L", price: 1, event_time: late }));
    }
    const undated = Array.from({ length: 3 }, (_, i) =>
      JSON.stringify({ ticker_symbol: `U${i}`, price: 10 + i, venue: "X" }),
    );
    const invalid = [
      JSON.stringify({ ticker_symbol: "T1", price: "free" }),
      JSON.stringify({ ticker_symbol: "T1", price: 1, event_time: "2031-01-01T00:00:00.000Z" }),
    ];
    sent.stocks.undated += undated.length;
    sent.stocks.invalid += invalid.length;
    // Hour 3 repeats its dated lines.
    const all = [...dated, ...(hour === 3 ? dated : []), ...undated, ...invalid];
    sent.stocks.lines += all.length;
    return all;
  }

  async function packed(feed: "retail" | "posts", lines: readonly string[]): Promise<void> {
    const { packs } = pack(
      lines.map((line, i) => ({ key: String(i % 3), line })),
      4,
    );
    const Records = packs.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
    await world.clients.kinesis.send(new PutRecordsCommand({ StreamName: name.stream(feed), Records }));
  }

  async function single(feed: "stocks", lines: readonly string[]): Promise<void> {
    const Records = lines.map((line, i) => ({ Data: Buffer.from(line), PartitionKey: String(i) }));
    await world.clients.kinesis.send(new PutRecordsCommand({ StreamName: name.stream(feed), Records }));
  }

  async function putDirectly(hour: number, event_time: string): Promise<void> {
    const good = [
      { ticker_symbol: "D0", price: 1, event_time },
      { TICKER_SYMBOL: "D1", SECTOR: "ENERGY", CHANGE: -1, PRICE: 2 },
      { ticker_symbol: "D2", price: 3, venue: "direct" },
    ].map((row) => `${JSON.stringify(row)}\n`);
    const partly = `${JSON.stringify({ ticker_symbol: "D3", price: 4 })}\n{"ticker_symbol":"D3","price":"x"}\n`;
    const bad = hour % 4 === 0 ? ['{"ticker_symbol":"D4","price":-1}\n'] : [];
    direct.rows += 4;
    direct.refusedLines += 1;
    direct.failedRecords += bad.length;
    await firehose.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: name.directDeliveryStream("stocks"),
        Records: [...good, partly, ...bad].map((text) => ({ Data: Buffer.from(text) })),
      }),
    );
  }

  async function pollAgain(): Promise<void> {
    const slot = Math.floor(world.cloud.clock.now() / 300_000) * 300_000;
    const Payload = Buffer.from(JSON.stringify({ scheduledTime: new Date(slot).toISOString() }));
    await world.cloud.call(
      "lambda",
      "Invoke",
      { FunctionName: name.function("poll-prices"), Payload },
      world.cloud.administrator,
    );
  }

  const counted = async (feed: string): Promise<Reconciliation> => {
    const contract = feeds[feed] ?? assert.fail();
    const range = feed === "retail" ? { from: "2009-12-01T00", to: hourAt(Date.now()) } : today();
    return reconcile(world.clients, { env: ENV, lakeBucket: world.bucket }, contract, range);
  };
  const today = () => ({ from: hourAt(start - 2 * HOUR), to: hourAt(start + (HOURS + 1) * HOUR) });

  for (const feed of Object.keys(feeds))
    it(`reconciles ${feed} clean`, async () => {
      const { findings } = await counted(feed);
      assert.deepEqual(findings, []);
    });

  it("names direct deliveries, refused lines and unknown fields", async () => {
    const { totals } = await counted("stocks");
    assert.deepEqual(totals.direct, direct);
    assert.equal(totals.invalid, sent.stocks.invalid);
    assert.equal(totals.quarantined, sent.stocks.invalid + direct.refusedLines);
    assert.equal(totals.failedDeliveries, direct.failedRecords);
    assert.deepEqual(totals.unknownFields, { venue: HOURS * 4 });
    assert.deepEqual((await counted("retail")).totals.unknownFields, { discount: HOURS * 5 });
  });

  it("counts the rows of an unknown field in a metric with its name", async () => {
    const rowsOf = async (functionName: string, field: string) => {
      const { Datapoints = [] } = await world.clients.cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "pricelake",
          MetricName: "UnknownFieldRows",
          Dimensions: [
            { Name: "FunctionName", Value: functionName },
            { Name: "Field", Value: field },
          ],
          StartTime: new Date(start - HOUR),
          EndTime: new Date(start + (HOURS + 1) * HOUR),
          Period: 3600,
          Statistics: ["Sum"],
        }),
      );
      return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
    };
    assert.equal(await rowsOf(name.function("write-csv", "retail"), "discount"), HOURS * 5);
    assert.equal(await rowsOf(name.function("write-csv", "stocks"), "venue"), HOURS * 3);
    assert.equal(await rowsOf(name.function("transform", "stocks"), "venue"), HOURS);
  });

  it("has every event once in the view, as counted by the test and by its own reading of csv/", async () => {
    const expected = {
      retail: sent.retail.keys.size,
      stocks: sent.stocks.keys.size + sent.stocks.undated,
      posts: sent.posts.keys.size,
    };
    const keyColumns = { retail: [0, 3], stocks: [0, 4], posts: [0] };
    for (const feed of ["retail", "stocks", "posts"] as const) {
      const keys = new Set<string>();
      for await (const { text } of objectsUnder(world.clients.s3, world.bucket, `csv/${feed}/`))
        for (const row of parse(text) as string[][]) keys.add(keyColumns[feed].map((i) => row[i]).join(" "));
      assert.equal(keys.size, expected[feed], feed);
      const [[rows] = []] = await queryRows(world.clients.athena, name, `SELECT count(*) FROM ${feed}`);
      assert.equal(Number(rows), expected[feed], feed);
    }
  });

  it("has every coin of every poll once in csv/ and the view, and at least once in raw/", async () => {
    const [csv, raw] = [new Set<string>(), new Set<string>()];
    for await (const { text } of objectsUnder(world.clients.s3, world.bucket, "csv/crypto/"))
      for (const row of parse(text) as string[][]) csv.add(`${row[0]} ${row[12]}`);
    for await (const { text } of objectsUnder(world.clients.s3, world.bucket, "raw/crypto/"))
      for (const line of linesOf(text)) {
        const { coin_id, event_time } = JSON.parse(line) as { coin_id: string; event_time: string };
        raw.add(`${coin_id} ${event_time.replace("T", " ").replace("Z", "")}`);
      }
    const [[rows, polls] = []] = await queryRows(
      world.clients.athena,
      name,
      "SELECT count(*), count(DISTINCT event_time) FROM crypto",
    );
    assert.equal(Number(polls), SLOTS);
    assert.deepEqual([csv.size, raw.size, Number(rows)], [SLOTS * 25, SLOTS * 25, SLOTS * 25]);
  });

  it("has an item per invoice line and per post in DynamoDB", async () => {
    for (const feed of ["retail", "posts"] as const) {
      const { Count } = await world.clients.dynamodb.send(
        new ScanCommand({ TableName: name.table(feed), Select: "COUNT" }),
      );
      assert.equal(Count, sent[feed].keys.size, feed);
    }
  });

  it("has every line of the streams in raw/, and every refused line in quarantine/ as it was sent", async () => {
    for (const feed of ["retail", "stocks", "posts"] as const) {
      let raw = 0;
      for await (const { key, text } of objectsUnder(world.clients.s3, world.bucket, `raw/${feed}/`))
        if (!key.includes("-direct-")) raw += linesOf(text).length;
      assert.equal(raw, sent[feed].lines, feed);
    }
    for (const feed of ["retail", "stocks", "posts"] as const) {
      const refused: string[] = [];
      for await (const { text } of objectsUnder(world.clients.s3, world.bucket, `quarantine/${feed}/`))
        for (const line of linesOf(text)) {
          const { raw, rows } = JSON.parse(line) as { raw: string; rows?: number };
          // With `rows` it is an unknown field of rows that are stored.
          if (rows === undefined) refused.push(raw);
        }
      assert.equal(refused.length, sent[feed].invalid + (feed === "stocks" ? direct.refusedLines : 0), feed);
      if (feed === "posts") assert.equal(refused[0], '{"post_id":1050118621198921728,"author":"a"}');
    }
  });

  it("shows every JSON line of raw/ in the raw views, also of records without a last newline", async () => {
    for (const feed of ["retail", "stocks"] as const) {
      const [[rows] = []] = await queryRows(world.clients.athena, name, `SELECT count(*) FROM ${feed}_raw`);
      const notJson = feed === "retail" ? HOURS : 0;
      const byDirectPut = feed === "stocks" ? direct.rows : 0;
      assert.equal(Number(rows), sent[feed].lines - notJson + byDirectPut, feed);
    }
  });

  it("keeps 1,000 Unicode characters with a leading = unchanged", async () => {
    const [[text, length] = []] = await queryRows(
      world.clients.athena,
      name,
      "SELECT text, length(text) FROM posts WHERE post_id = 'p0-0'",
    );
    assert.equal(text, MOST_TEXT);
    assert.equal(Number(length), [...MOST_TEXT].length);
  });

  it("has a customer's orders in the index of the retail table", async () => {
    const { Items = [] } = await world.clients.dynamodb.send(
      new QueryCommand({
        TableName: name.table("retail"),
        IndexName: "by-customer",
        KeyConditionExpression: "CustomerID = :c AND begins_with(InvoiceNo, :i)",
        ExpressionAttributeValues: { ":c": { S: "17850" }, ":i": { S: "50" } },
      }),
    );
    const expected = [...sent.retail.keys].filter((invoice) => invoice.startsWith("50")).sort();
    assert.deepEqual(
      Items.map(
        ({ InvoiceNo, Quantity }) => `${InvoiceNo?.S}${Quantity?.N === "100" ? " twice" : ""}`,
      ).sort(),
      expected,
    );
  });

  it("finds a lost object of csv/ and of raw/, and a lost quarantine object", async () => {
    const lose = async (prefix: string) => {
      for await (const { key } of objectsUnder(world.clients.s3, world.bucket, prefix)) {
        if (key.includes("-direct-") || key.includes("transform-")) continue;
        await world.clients.s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: key }));
        return;
      }
      assert.fail(`nothing under ${prefix}`);
    };
    for (const layer of ["csv", "raw", "quarantine"]) await lose(`${layer}/stocks/`);
    const { findings } = await counted("stocks");
    const stages = new Set(findings.map(({ stage }) => stage));
    assert.deepEqual([...stages].sort(), ["csv", "quarantine", "raw"]);
    assert.ok(
      findings.some(({ message }) => / events without an event time are not in raw\/$/.test(message)),
    );
  });
});
