import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scheduler } from "node:timers/promises";
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
import { loadFactor } from "../support/load";
import { coldStart, logged } from "./support/bundle";
import { context } from "./support/events";

const HOUR = 3_600_000;
const LONGEST_RUN = 600_000;
/** A slot is due until the next one. Of slots of these lengths, at least one does not end while the tests run. */
const SLOT_SECONDS =
  [3600, 3480].find((seconds) => seconds * 1000 - (Date.now() % (seconds * 1000)) > LONGEST_RUN) ?? 3300;
const SLOT = new Date(Date.now() - (Date.now() % (SLOT_SECONDS * 1000))).toISOString();
const NOW = Date.parse(SLOT) + 2500;
const EVENT = { scheduledTime: SLOT.replace(".000Z", "Z") };

describe("poll-prices", () => {
  const dir = mkdtempSync(join(tmpdir(), "poll-prices-"));
  let cloud: Cloud;
  let market: Market;
  let kinesis: KinesisClient;
  let streams = 0;
  /** Called when the function is loaded, right before it runs. */
  let begin = () => {};

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

  /** Polls into a new stream. Returns the result, the log and the sent records. */
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
      FALLBACK_SOURCE: "none",
      SAMPLE_URL: market.url,
      REQUESTS_PER_MINUTE: "",
      POLL_SECONDS: String(SLOT_SECONDS),
      TICK_SECONDS: String(SLOT_SECONDS),
      API_KEY_PARAMETER: "",
      ...options.environment,
    });
    const before = market.requests();
    begin();
    const began = performance.now();
    const run = await logged(() =>
      handler(options.event ?? EVENT, context(options.millis)).catch((error: unknown) => error as Error),
    );
    const millis = performance.now() - began;
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
      millis,
      polls:
        (run.result as { polls?: { origin: string; events: number; refused: number; retries: number }[] })
          .polls ?? [],
      rows: rows as ({ lane: string; coin_id: string } & Record<string, unknown>)[],
      records: Records.length,
      requests: market.requests() - before,
    };
  }

  it("sends every coin of one slot, figures as the market has them, packed by lane", async () => {
    const { result, rows, records } = await poll({ coins: 300 });
    assert.deepEqual(result, {
      polls: [{ slot: SLOT, origin: "poll", events: 300, refused: 0, records, retries: 0, requests: 2 }],
      skipped: 0,
    });
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
    const { polls, rows } = await poll();
    assert.equal(polls[0]?.events, 250);
    assert.ok((polls[0]?.retries ?? 0) > 0);
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

  it("backs off while the stream throttles, then sends everything", async () => {
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
    const { result, rows, millis } = await poll({ millis: 3000 });
    assert.ok(result instanceof Error);
    assert.ok(millis < 1500 + 1500 * loadFactor(), `${millis} ms`);
    assert.equal(rows.length, 0);
  });

  it("sends a lost acknowledgement's rows again, under the same natural keys", async () => {
    cloud.faults.set([
      { service: "kinesis", operation: "PutRecords", fault: { kind: "lost-ack" }, times: 1 },
    ]);
    const { polls, rows } = await poll();
    assert.equal(polls[0]?.events, 250);
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
      const { polls, requests, millis } = await poll();
      assert.deepEqual([polls[0]?.events, requests], [250, 2]);
      if ("retryAfter" in fault) assert.ok(millis >= 1000, `${millis} ms`);
    });

  it("sends nothing when a later page fails", async () => {
    for (const kind of ["hang", "error"] as const) {
      market.setFaults([{ kind, after: 1 }]);
      const { result, rows, requests } = await poll({ coins: 300, millis: 4500 });
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

  it("also sends a coin that makes no valid row, so that write-csv quarantines it with the reason", async () => {
    market.setFaults([
      { kind: "null-price", coins: ["bitcoin"] },
      { kind: "negative-price", coins: ["ethereum"] },
    ]);
    const { polls, rows, lines } = await poll();
    assert.deepEqual([polls[0]?.events, polls[0]?.refused, rows.length], [248, 2, 250]);
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

  it("counts coins with frozen or missing figures in its metrics", async () => {
    market.setFaults([
      { kind: "frozen", coins: ["bitcoin"], since: Date.parse(SLOT) - 4 * HOUR },
      { kind: "missing", coins: ["ethereum"] },
    ]);
    const { rows, lines } = await poll();
    const metrics = lines.find((entry) => "_aws" in entry);
    assert.deepEqual([rows.length, metrics?.Events, metrics?.Stale, metrics?.Missing], [249, 249, 1, 1]);
  });

  it("reads its API key again after a failed poll, because the key may have changed", async () => {
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
      FALLBACK_SOURCE: "none",
      SAMPLE_URL: market.url,
      POLL_SECONDS: String(SLOT_SECONDS),
      TICK_SECONDS: String(SLOT_SECONDS),
      API_KEY_PARAMETER: Name,
    });
    const said = async () =>
      (await logged(() => handler(EVENT, context()).then(String, (error: unknown) => String(error)))).result;
    market.setFaults([{ kind: "redirect", times: 1 }]);
    assert.match(await said(), /answered 302/);
    await ssm.send(new DeleteParameterCommand({ Name }));
    assert.match(await said(), /ParameterNotFound/);
    ssm.destroy();
  });

  it("says so at once when the rate leaves no time for all pages", async () => {
    const { result, requests, millis } = await poll({
      coins: 5000,
      environment: { REQUESTS_PER_MINUTE: "10" },
    });
    assert.match(
      String(result),
      /COINS is 5000; at 10 requests a minute its 20 pages take 114 s, longer than a poll may$/,
    );
    assert.equal(requests, 0);
    assert.ok(millis < 10_000, `${millis} ms`);
  });

  describe("with a fallback source", () => {
    const environment = { FALLBACK_SOURCE: "coinpaprika" };
    const coinGecko = { path: "/coins" } as const;

    for (const [name, fault] of Object.entries({
      "refuses with a long Retry-After": { kind: "rate-limit", retryAfter: 3600 },
      "is blocked": { kind: "forbidden" },
      "is not served in this country": { kind: "unavailable-for-legal-reasons" },
      "has errors only": { kind: "error" },
      "sends HTML only": { kind: "html" },
      "does not answer": { kind: "hang" },
    } as const))
      it(`polls it when the price source ${name}`, async () => {
        market.setFaults([{ ...fault, ...coinGecko }]);
        const { polls, rows, lines } = await poll({ coins: 40, millis: 6000, environment });
        assert.deepEqual([polls[0]?.origin, polls[0]?.events], ["fallback", rows.length]);
        const bitcoin = rows.find(({ coin_id }) => coin_id === "bitcoin");
        const [coin] = market.coins;
        assert.ok(coin && bitcoin);
        const { lane, ...row } = bitcoin;
        assert.deepEqual(validateRow(crypto, row).ok, true);
        assert.deepEqual(
          [row.symbol, row.name, row.price_usd, row.event_time, row.origin, row.high_24h_usd],
          ["btc", "Bitcoin", priceAt(coin, lastTick(coin, NOW)), SLOT, "fallback", null],
        );
        const metrics = lines.find((entry) => "_aws" in entry);
        assert.deepEqual([metrics?.Fallback, metrics?.Events], [1, rows.length]);
      });

    it("leaves out and counts coins whose CoinGecko id is not certain", async () => {
      market.setFaults([{ kind: "forbidden", ...coinGecko }]);
      const { rows, lines, polls } = await poll({ coins: 300, environment });
      const ids = new Set(market.coins.map(({ id }) => id));
      assert.ok(rows.every(({ coin_id }) => ids.has(coin_id)));
      const metrics = lines.find((entry) => "_aws" in entry);
      assert.deepEqual([metrics?.Unmapped, metrics?.Missing, polls[0]?.refused], [260, 260, 0]);
    });

    it("maps coins that the price source listed before under the same id and symbol", async () => {
      const StreamName = `prices-${++streams}`;
      await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
      const handler = await coldStart("poll-prices", cloud, {
        ...environment,
        STREAM_NAME: StreamName,
        LANES: "2",
        COINS: "300",
        PRICE_SOURCE: "sample",
        SAMPLE_URL: market.url,
        POLL_SECONDS: String(SLOT_SECONDS),
        TICK_SECONDS: String(SLOT_SECONDS),
        API_KEY_PARAMETER: "",
      });
      const run = async () =>
        (
          (await logged(() => handler(EVENT, context()))).result as {
            polls: { events: number; origin: string }[];
          }
        ).polls[0];
      assert.deepEqual((await run())?.origin, "poll");
      market.setFaults([{ kind: "forbidden", ...coinGecko }]);
      const second = await run();
      assert.deepEqual([second?.origin, second?.events], ["fallback", 300]);
    });

    it("fails with both reasons when the fallback source fails too, and sends nothing", async () => {
      market.setFaults([
        { kind: "forbidden", ...coinGecko },
        { kind: "redirect", path: "/v1/" },
      ]);
      const { result, rows } = await poll({ environment });
      assert.match(
        String(result),
        /SourceUnavailable: price source answered 403: .*; the fallback source: Error: price source answered 302/,
      );
      assert.equal(rows.length, 0);
    });

    it("stays with the price source for a refused redirect or key", async () => {
      market.setFaults([{ kind: "redirect", ...coinGecko }]);
      assert.match(String((await poll({ environment })).result), /price source answered 302/);
    });
  });

  describe("with slots that are not at whole minutes", () => {
    const MINUTE = 60_000;
    /** An instant whose minute holds the slots :00 and :30, or :00 and :45. */
    const tick = Math.floor(Date.now() / (3 * MINUTE)) * 3 * MINUTE;
    const { now } = Date;
    const { wait } = scheduler;
    let waits: number[] = [];

    /** Sets the function's clock to this many seconds after the tick. Waiting moves it on at once. */
    function startAt(seconds: number): void {
      waits = [];
      begin = () => {
        let offset = tick + seconds * 1000 - now();
        Date.now = () => now() + offset;
        scheduler.wait = async (millis) => {
          waits.push(millis / 1000);
          offset += millis;
        };
      };
    }

    /** Asserts that the function waited once, for the rest of these seconds. */
    function assertWaited(seconds: number): void {
      const [waited = 0] = waits;
      assert.ok(waits.length === 1 && waited <= seconds && waited > seconds - 10, `waits of ${waits} s`);
    }

    afterEach(() => {
      begin = () => {};
      Date.now = now;
      scheduler.wait = wait;
    });

    const pollEvery = (pollSeconds: number, options: { minute?: number; millis?: number } = {}) =>
      poll({
        coins: 5,
        event: { scheduledTime: new Date(tick + (options.minute ?? 0) * MINUTE).toISOString() },
        environment: { POLL_SECONDS: String(pollSeconds), TICK_SECONDS: "60" },
        ...(options.millis !== undefined && { millis: options.millis }),
      });
    const slotsIn = (rows: readonly Record<string, unknown>[]) =>
      [...new Set(rows.map((row) => (Date.parse(String(row.event_time)) - tick) / 1000))].sort(
        (a, b) => a - b,
      );

    it("serves each slot of the minute at its own time", async () => {
      startAt(1);
      assert.deepEqual(slotsIn((await pollEvery(30, { millis: 120_000 })).rows), [0, 30]);
      assertWaited(29);
    });

    it("serves a slot between two minutes once, and none in a minute without one", async () => {
      startAt(60);
      assert.deepEqual(slotsIn((await pollEvery(90, { minute: 1, millis: 120_000 })).rows), [90]);
      assertWaited(30);
      startAt(120);
      const { rows, result, requests } = await pollEvery(90, { minute: 2 });
      assert.deepEqual([rows, result, requests], [[], { polls: [], skipped: 0 }, 0]);
    });

    it("makes the same slots when the schedule fires late", async () => {
      startAt(40);
      assert.deepEqual(slotsIn((await pollEvery(45)).rows), [0, 45]);
    });

    it("skips a slot whose successor is due, and counts it", async () => {
      startAt(50);
      const { rows, lines } = await pollEvery(45);
      assert.deepEqual(slotsIn(rows), [45]);
      assert.equal(lines.find((entry) => "SkippedSlots" in entry)?.SkippedSlots, 1);
    });

    it("polls the next slot although one failed, and fails at the end", async () => {
      startAt(0);
      market.setFaults([{ kind: "redirect", times: 1 }]);
      const { rows, result } = await pollEvery(30, { millis: 120_000 });
      assert.deepEqual(slotsIn(rows), [30]);
      assert.match(String(result), /answered 302/);
    });

    it("gives up a slot when the next one is due", async () => {
      startAt(29);
      market.setFaults([{ kind: "hang", times: 1 }]);
      const { rows, result, millis } = await pollEvery(30, { millis: 120_000 });
      assert.deepEqual(slotsIn(rows), [30]);
      assert.match(String(result), /TimeoutError/);
      assert.ok(millis < 1000 + 4000 * loadFactor(), `${millis} ms`);
    });

    it("says so when a slot is further ahead than the timeout allows", async () => {
      startAt(0);
      const { rows, result } = await pollEvery(45, { millis: 10_000 });
      assert.deepEqual(slotsIn(rows), [0]);
      assert.match(String(result), /slot .* is 4\d s ahead, longer than the function's timeout allows/);
    });
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
            FALLBACK_SOURCE: "none",
            SAMPLE_URL: url,
            POLL_SECONDS: "300",
            TICK_SECONDS: "300",
          }),
        /SAMPLE_URL is .*; it must be http:\/\/127\.0\.0\.1:<port>/,
      );
  });
});
