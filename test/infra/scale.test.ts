import { strict as assert } from "node:assert";
import { encodeCsv, validateRow } from "../../data/feeds";
import { crypto } from "../../data/feeds/crypto";
import { makeCoins, marketRow } from "../../data/market";
import { lanesFor } from "../../data/records/pack";
import { pollRows } from "../../functions/poll-prices/core";
import { scale } from "../../infra/cost/scale";

const SLOT = "2026-01-30T12:00:00.000Z";
const STACK = [
  {
    type: "aws:lambda/function:Function",
    name: "poll-prices",
    inputs: {
      memorySize: 256,
      environment: { variables: { COINS: "250", LANES: "4", POLL_SECONDS: "300", TICK_SECONDS: "300" } },
    },
  },
  { type: "aws:kinesis/stream:Stream", name: "crypto-stream", inputs: { shardCount: 1 } },
  { type: "aws:lambda/function:Function", name: "write-csv-crypto", inputs: { memorySize: 256 } },
];

/** A poll of the sample market through the poller's and the function's own code. */
function measured(coins: number) {
  const rows = makeCoins(coins, 2026).map((coin, rank) => marketRow(coin, Date.parse(SLOT), rank + 1));
  const { packs, events } = pollRows(rows, SLOT, { lanes: lanesFor(1), pollSeconds: 300, origin: "poll" });
  const lines = packs.flatMap(({ data }) => Buffer.from(data).toString().trim().split("\n"));
  const csv = lines.map((line) => {
    const result = validateRow(crypto, JSON.parse(line));
    return result.ok ? encodeCsv(crypto, result.row).length : assert.fail();
  });
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return {
    events,
    records: packs.length,
    bytes: sum(packs.map(({ data }) => data.length)),
    putUnits: sum(packs.map(({ data }) => Math.ceil(data.length / 25_600))),
    csvBytes: sum(csv),
  };
}

const within5Percent = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual / expected - 1) <= 0.05, `${what}: ${actual}, measured ${expected}`);

describe("npm run scale", () => {
  for (const coins of [50, 250, 1000])
    it(`is within 5 % of what a day of ${coins} coins every five minutes writes`, () => {
      const polls = 288;
      const poll = measured(coins);
      const { figures, cost } = scale(STACK, { eventsPerMinute: coins / 5, coins, years: 1 }, "us-east-1");
      const figure = (name: string) => figures.find((each) => each.name === name)?.value ?? assert.fail(name);
      const units = cost.lines.find(({ unit }) => unit === "M units of 25 KB put")?.quantity ?? assert.fail();
      within5Percent(figure("events"), 365 * polls * poll.events, "events");
      within5Percent(figure("bytes of events") * 1024 ** 3, 365 * polls * poll.bytes, "bytes");
      within5Percent(figure("records"), polls * poll.records, "records");
      within5Percent(figure("bytes in csv/, kept") * 1024 ** 3, 365 * polls * poll.csvBytes, "csv");
      within5Percent(units * 1e6, 30 * polls * poll.putUnits, "PUT units");
      assert.equal(figure("objects in csv/"), polls);
    });

  it("counts a file of history a day for few coins, and more for many", () => {
    const files = [10, 250, 1000].map((coins) => {
      const { figures } = scale(STACK, { eventsPerMinute: coins / 5, coins, years: 1 }, "us-east-1");
      const { value = 0, unit = "" } = figures.find(({ name }) => name === "objects in history/") ?? {};
      return `${value} ${unit}`;
    });
    assert.deepEqual(files, ["365 1 a day", "1460 4 a day", "2920 8 a day"]);
  });

  it("adds shards with the bytes, and names the quota that breaks first", () => {
    const small = scale(STACK, { eventsPerMinute: 50, coins: 250, years: 1 }, "us-east-1");
    assert.deepEqual(
      [small.figures.find(({ name }) => name === "shards")?.value, small.quotas[0]?.name],
      [1, "CoinGecko free plan"],
    );
    // 600,000 events of 360 bytes a minute are 3.4 MiB/s; four readers at twice the average need 14 shards of 2 MiB/s.
    const large = scale(STACK, { eventsPerMinute: 600_000, coins: 20_000, years: 10 }, "us-east-1");
    assert.equal(large.figures.find(({ name }) => name === "shards")?.value, 14);
    assert.equal(large.figures.find(({ name }) => name === "partitions of history/")?.value, 3650);
    assert.ok(large.quotas.some(({ used, limit }) => used > limit));
  });
});
