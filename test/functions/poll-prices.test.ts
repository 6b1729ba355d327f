import { strict as assert } from "node:assert";
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { validateRow } from "../../data/feeds";
import { crypto } from "../../data/feeds/crypto";
import { lastTick, priceAt } from "../../data/market";
import { laneOf } from "../../data/records/pack";
import { loadFactor } from "../support/load";
import { coldStart, logged } from "./support/bundle";
import { context } from "./support/events";
import { EVENT, NOW, pollPrices, SLOT, SLOT_SECONDS } from "./support/poll-prices";

const HOUR = 3_600_000;

describe("poll-prices", () => {
  const { poll, newStream, cloud, market } = pollPrices();

  it("sends every coin of one slot, figures as the market has them, packed by lane", async () => {
    const { result, rows, records } = await poll({ coins: 300 });
    assert.deepEqual(result, {
      polls: [{ slot: SLOT, origin: "poll", events: 300, refused: 0, records, retries: 0, requests: 2 }],
      skipped: 0,
    });
    assert.equal(rows.length, 300);
    const prices = new Map(
      market().coins.map((coin) => [
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
    cloud().faults.set([
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
    cloud().faults.set([
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
    cloud().faults.set([
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
    cloud().faults.set([
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
      market().setFaults([{ ...fault, times: 1 }]);
      const { polls, requests, millis } = await poll();
      assert.deepEqual([polls[0]?.events, requests], [250, 2]);
      if ("retryAfter" in fault) assert.ok(millis >= 1000, `${millis} ms`);
    });

  it("sends nothing when a later page fails", async () => {
    for (const kind of ["hang", "error"] as const) {
      market().setFaults([{ kind, after: 1 }]);
      const { result, rows, requests } = await poll({ coins: 300, millis: 4500 });
      assert.ok(result instanceof Error);
      assert.equal(rows.length, 0);
      assert.ok(requests >= 2, "the first page came");
    }
  });

  it("follows no redirect", async () => {
    market().setFaults([{ kind: "redirect" }]);
    const { result } = await poll();
    assert.match(String(result), /price source answered 302/);
  });

  it("also sends a coin that makes no valid row, so that write-csv quarantines it with the reason", async () => {
    market().setFaults([
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
    market().setFaults([
      { kind: "frozen", coins: ["bitcoin"], since: Date.parse(SLOT) - 4 * HOUR },
      { kind: "missing", coins: ["ethereum"] },
    ]);
    const { rows, lines } = await poll();
    const metrics = lines.find((entry) => "_aws" in entry);
    assert.deepEqual([rows.length, metrics?.Events, metrics?.Stale, metrics?.Missing], [249, 249, 1, 1]);
  });

  it("reads its API key again after a failed poll, because the key may have changed", async () => {
    const { endpoint, region, credentials } = cloud();
    const ssm = new SSMClient({ endpoint, region, credentials });
    const Name = "/pricelake/test/rotated";
    const StreamName = await newStream();
    await ssm.send(new PutParameterCommand({ Name, Value: "old", Type: "SecureString" }));
    const handler = await coldStart("poll-prices", cloud(), {
      STREAM_NAME: StreamName,
      LANES: "2",
      COINS: "5",
      PRICE_SOURCE: "sample",
      FALLBACK_SOURCE: "none",
      SAMPLE_URL: market().url,
      POLL_SECONDS: String(SLOT_SECONDS),
      TICK_SECONDS: String(SLOT_SECONDS),
      API_KEY_PARAMETER: Name,
    });
    const said = async () =>
      (await logged(() => handler(EVENT, context()).then(String, (error: unknown) => String(error)))).result;
    market().setFaults([{ kind: "redirect", times: 1 }]);
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
          coldStart("poll-prices", cloud(), {
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
