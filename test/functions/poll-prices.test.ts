import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from "@aws-sdk/client-kinesis";
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { validateRow } from "../../data/feeds";
import { crypto } from "../../data/feeds/crypto";
import { lastTick, type Market, priceAt, startMarket } from "../../data/market";
import { laneOf } from "../../data/records/pack";
import { unpack } from "../../data/records/unpack";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { coldStart, logged } from "./support/bundle";
import { context } from "./support/events";

const SLOT = "2026-01-02T03:05:00.000Z";
const NOW = Date.parse(SLOT) + 2500;

describe("poll-prices", () => {
  const dir = mkdtempSync(join(tmpdir(), "poll-prices-"));
  let cloud: Cloud;
  let market: Market;
  let kinesis: KinesisClient;
  let streams = 0;

  before(async () => {
    cloud = await startCloud({ dir });
    market = await startMarket({ now: () => NOW, coins: 300 });
    const options = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
    kinesis = new KinesisClient(options);
  });

  afterEach(() => {
    market.setFaults([]);
    cloud.faults.set([]);
  });

  after(async () => {
    kinesis.destroy();
    await market.stop();
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** A poll into a stream of its own; what it answered, said, and sent. */
  async function poll(
    options: {
      coins?: number;
      millis?: number;
      event?: unknown;
      environment?: Readonly<Record<string, string>>;
    } = {},
  ) {
    const StreamName = `prices-${++streams}`;
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const handler = await coldStart("poll-prices", cloud, {
      STREAM_NAME: StreamName,
      LANES: "2",
      COINS: String(options.coins ?? 250),
      PRICE_SOURCE: "sample",
      SAMPLE_URL: market.url,
      REQUESTS_PER_MINUTE: "",
      API_KEY_PARAMETER: "",
      ...options.environment,
    });
    const before = market.requests();
    const run = await logged(() =>
      handler(options.event ?? { scheduledTime: "2026-01-02T03:05:00Z" }, context(options.millis)).catch(
        (error: unknown) => error as Error,
      ),
    );
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    const rows = Records.flatMap(({ Data, PartitionKey }) =>
      unpack(Data ?? new Uint8Array()).map((line) => ({
        ...((line.ok ? line.value : {}) as Record<string, unknown>),
        lane: PartitionKey,
      })),
    );
    return {
      ...run,
      rows: rows as ({ lane: string; coin_id: string } & Record<string, unknown>)[],
      records: Records.length,
      requests: market.requests() - before,
    };
  }

  it("sends every coin of one slot, figures as the market has them, packed by lane", async () => {
    const { result, rows, records } = await poll({ coins: 300 });
    assert.deepEqual(result, { slot: SLOT, events: 300, refused: 0, records, retries: 0, requests: 2 });
    assert.equal(rows.length, 300);
    const prices = new Map(
      market.coins.map((coin) => [
        coin.id,
        [priceAt(coin, lastTick(coin, NOW)), new Date(lastTick(coin, NOW)).toISOString()],
      ]),
    );
    for (const row of rows) {
      assert.deepEqual([row.price_usd, row.last_updated], prices.get(row.coin_id));
      assert.deepEqual(
        [row.event_time, row.origin, row.lane],
        [SLOT, "poll", String(laneOf(row.coin_id, 2))],
      );
    }
    assert.ok(records <= 8, `${records} records`);
  });

  it("makes the same natural keys when the schedule fires twice", async () => {
    const [first, second] = [await poll(), await poll()];
    const keys = (rows: typeof first.rows) => rows.map((row) => `${row.coin_id} ${row.event_time}`).sort();
    assert.deepEqual(keys(first.rows), keys(second.rows));
  });

  it("resends only the records that the stream refused, and keeps each lane's order", async () => {
    cloud.faults.set([
      {
        service: "kinesis",
        operation: "PutRecords",
        fault: { kind: "partial", share: 0.5, code: "ProvisionedThroughputExceededException" },
        times: 4,
      },
    ]);
    const { result, rows } = await poll();
    assert.equal((result as { events: number }).events, 250);
    assert.ok((result as { retries: number }).retries > 0);
    assert.equal(rows.length, 250);
    const order = new Map((await poll()).rows.map(({ coin_id }, i) => [coin_id, i]));
    for (const lane of ["0", "1"]) {
      const places = rows.filter((row) => row.lane === lane).map(({ coin_id }) => order.get(coin_id) ?? -1);
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
      );
    }
  });

  it("backs off while the stream throttles, and gets there", async () => {
    cloud.faults.set([
      {
        service: "kinesis",
        operation: "PutRecords",
        fault: { kind: "error", code: "ProvisionedThroughputExceededException", status: 400 },
        times: 4,
      },
    ]);
    assert.equal((await poll()).rows.length, 250);
  });

  it("throws when it cannot finish before its deadline", async () => {
    cloud.faults.set([
      {
        service: "kinesis",
        operation: "PutRecords",
        fault: { kind: "error", code: "InternalFailure", status: 500 },
      },
    ]);
    const started = performance.now();
    const { result, rows } = await poll({ millis: 2500 });
    assert.ok(result instanceof Error);
    assert.ok(performance.now() - started < 2500);
    assert.equal(rows.length, 0);
  });

  it("sends a lost acknowledgement's rows again, under the same natural keys", async () => {
    cloud.faults.set([
      { service: "kinesis", operation: "PutRecords", fault: { kind: "lost-ack" }, times: 1 },
    ]);
    const { result, rows } = await poll();
    assert.equal((result as { events: number }).events, 250);
    assert.equal(new Set(rows.map(({ coin_id }) => coin_id)).size, 250);
  });

  for (const [name, fault] of Object.entries({
    "too many requests": { kind: "rate-limit", retryAfter: 1 },
    "a server's error": { kind: "error" },
    "a page of HTML": { kind: "html" },
    "truncated JSON": { kind: "truncated" },
  } as const))
    it(`tries again after ${name}`, async () => {
      market.setFaults([{ ...fault, times: 1 }]);
      const started = performance.now();
      const { result, requests } = await poll();
      assert.deepEqual([(result as { events: number }).events, requests], [250, 2]);
      if ("retryAfter" in fault) assert.ok(performance.now() - started >= 1000);
    });

  it("sends nothing at all when a later page never comes", async () => {
    for (const kind of ["hang", "error"] as const) {
      market.setFaults([{ kind, after: 1 }]);
      const { result, rows, requests } = await poll({ coins: 300, millis: 2000 });
      assert.ok(result instanceof Error);
      assert.equal(rows.length, 0);
      assert.ok(requests >= 2, "the first page came");
    }
  });

  it("follows no redirect", async () => {
    market.setFaults([{ kind: "redirect" }]);
    const { result } = await poll();
    assert.match(String(result), /price source answered 302/);
  });

  it("sends a coin that makes no row too, for write-csv to set aside with the reason", async () => {
    market.setFaults([
      { kind: "null-price", coins: ["bitcoin"] },
      { kind: "negative-price", coins: ["ethereum"] },
    ]);
    const { result, rows, lines } = await poll();
    const { events, refused } = result as { events: number; refused: number };
    assert.deepEqual([events, refused, rows.length], [248, 2, 250]);
    assert.deepEqual(
      rows
        .map(({ lane, ...row }) => [row, validateRow(crypto, row)] as const)
        .flatMap(([row, read]) =>
          read.ok ? [] : [[row.coin_id, row.event_time, row.origin, read.column, read.reason]],
        ),
      [
        ["bitcoin", SLOT, "poll", "price_usd", "missing"],
        ["ethereum", SLOT, "poll", "price_usd", "below 0"],
      ],
    );
    const metrics = lines.find((entry) => "_aws" in entry);
    assert.deepEqual([metrics?.Events, metrics?.Refused], [248, 2]);
  });

  it("keeps coins whose figures are frozen or missing apart in its metrics", async () => {
    market.setFaults([
      { kind: "frozen", coins: ["bitcoin"], since: Date.parse("2026-01-01T00:00:00Z") },
      { kind: "missing", coins: ["ethereum"] },
    ]);
    const { rows, lines } = await poll();
    const metrics = lines.find((entry) => "_aws" in entry);
    assert.deepEqual([rows.length, metrics?.Events, metrics?.Stale, metrics?.Missing], [249, 249, 1, 1]);
  });

  it("reads its key anew after a poll that failed: it may have been changed", async () => {
    const { endpoint, region, credentials } = cloud;
    const ssm = new SSMClient({ endpoint, region, credentials });
    const Name = "/pricelake/test/rotated";
    const StreamName = `prices-${++streams}`;
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    await ssm.send(new PutParameterCommand({ Name, Value: "old", Type: "SecureString" }));
    const handler = await coldStart("poll-prices", cloud, {
      STREAM_NAME: StreamName,
      LANES: "2",
      COINS: "5",
      PRICE_SOURCE: "sample",
      SAMPLE_URL: market.url,
      API_KEY_PARAMETER: Name,
    });
    const event = { scheduledTime: "2026-01-02T03:05:00Z" };
    const said = async () =>
      (await logged(() => handler(event, context()).then(String, (error: unknown) => String(error)))).result;
    market.setFaults([{ kind: "redirect", times: 1 }]);
    assert.match(await said(), /answered 302/);
    await ssm.send(new DeleteParameterCommand({ Name }));
    assert.match(await said(), /ParameterNotFound/);
    ssm.destroy();
  });

  it("says so at once when the rate leaves no time for all pages", async () => {
    const started = performance.now();
    const { result, requests } = await poll({ coins: 5000, environment: { REQUESTS_PER_MINUTE: "10" } });
    assert.match(
      String(result),
      /COINS is 5000; at 10 requests a minute its 20 pages take 114 s, longer than a poll may$/,
    );
    assert.equal(requests, 0);
    assert.ok(performance.now() - started < 5000);
  });

  it("refuses an event without its scheduled time", async () => {
    const { result } = await poll({ event: {} });
    assert.match(String(result), /scheduledTime is null; it must be an instant/);
  });

  it("refuses any address but this machine's for the sample", async () => {
    for (const url of [
      "http://169.254.169.254/",
      "http://127.0.0.1:80@evil.example",
      "https://example.com",
      "http://localhost:1",
    ])
      await assert.rejects(
        () =>
          coldStart("poll-prices", cloud, {
            STREAM_NAME: "s",
            LANES: "1",
            COINS: "1",
            PRICE_SOURCE: "sample",
            SAMPLE_URL: url,
          }),
        /SAMPLE_URL is .*; it must be http:\/\/127\.0\.0\.1:<port>/,
      );
  });
});
