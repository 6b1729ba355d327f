import { strict as assert } from "node:assert";
import {
  lastTick,
  type Market,
  type MarketFault,
  makeCoins,
  marketRow,
  priceAt,
  startMarket,
} from "../../data/market";

const NOW = Date.parse("2026-01-02T03:05:00Z");
const MINUTE = 60_000;
const DAY = 86_400_000;

describe("The sample market's prices", () => {
  const coins = makeCoins(500, 7);
  const [bitcoin = assert.fail(), ethereum = assert.fail(), tether = assert.fail()] = coins;

  it("come from 500 coins with ids, symbols and names of their own", () => {
    for (const field of ["id", "symbol", "name"] as const)
      assert.equal(new Set(coins.map((coin) => coin[field])).size, 500);
  });

  it("are the same whenever and in whatever order they are asked for", () => {
    const instants = Array.from({ length: 50 }, (_, i) => NOW + i * 7919);
    const forwards = instants.map((instant) => priceAt(bitcoin, instant));
    const backwards = [...instants]
      .reverse()
      .map((instant) => priceAt(makeCoins(500, 7)[0] ?? assert.fail(), instant));
    assert.deepEqual(forwards, backwards.reverse());
  });

  it("differ with the seed", () => {
    assert.notEqual(priceAt(bitcoin, NOW), priceAt(makeCoins(1, 8)[0] ?? assert.fail(), NOW));
  });

  it("move like a market's: little in a minute, more in a day, pegged coins hardly", () => {
    const move = (coin: typeof bitcoin, span: number) => {
      const moves = Array.from({ length: 200 }, (_, i) =>
        Math.abs(Math.log(priceAt(coin, NOW + i * DAY + span) / priceAt(coin, NOW + i * DAY))),
      );
      return moves.reduce((sum, each) => sum + each, 0) / moves.length;
    };
    assert.ok(move(bitcoin, MINUTE) < 0.005);
    assert.ok(move(bitcoin, DAY) > 0.01 && move(bitcoin, DAY) < 0.2);
    assert.ok(move(tether, DAY) < 0.001);
  });

  it("move together", () => {
    const returns = (coin: typeof bitcoin) =>
      Array.from({ length: 400 }, (_, i) =>
        Math.log(priceAt(coin, NOW + (i + 1) * DAY) / priceAt(coin, NOW + i * DAY)),
      );
    const [a, b] = [returns(bitcoin), returns(ethereum)];
    const mean = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
    const [ma, mb] = [mean(a), mean(b)];
    const covariance = mean(a.map((each, i) => (each - ma) * ((b[i] ?? 0) - mb)));
    const deviation = (all: readonly number[], m: number) =>
      Math.sqrt(mean(all.map((each) => (each - m) ** 2)));
    const correlation = covariance / (deviation(a, ma) * deviation(b, mb));
    assert.ok(correlation > 0.3 && correlation < 0.98, `correlation ${correlation}`);
  });

  it("jump now and then", () => {
    const jumps = coins
      .slice(40, 140)
      .filter((coin) =>
        Array.from({ length: 30 * 24 }, (_, hour) => NOW + hour * 3_600_000).some(
          (at) => Math.abs(Math.log(priceAt(coin, at + 3_600_000) / priceAt(coin, at))) > 0.08,
        ),
      );
    assert.ok(jumps.length > 20, `${jumps.length} of 100 coins jumped in a month`);
  });

  it("stay within the day's range that a row shows, and are a minute old at most", () => {
    for (const coin of coins.slice(0, 60)) {
      const row = marketRow(coin, NOW, 1);
      assert.ok(row.low_24h <= (row.current_price ?? 0) && (row.current_price ?? 0) <= row.high_24h);
      assert.equal(row.current_price, priceAt(coin, lastTick(coin, NOW)));
      assert.ok(NOW - Date.parse(row.last_updated) >= 0 && NOW - Date.parse(row.last_updated) < MINUTE);
    }
  });
});

describe("The sample market's API", () => {
  let market: Market;
  before(async () => {
    market = await startMarket({ now: () => NOW, seed: 7 });
  });
  afterEach(() => market.setFaults([]));
  after(() => market.stop());

  async function get(path: string, init: RequestInit = {}) {
    const response = await fetch(`${market.url}/api/v3${path}`, { redirect: "manual", ...init });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as never,
    };
  }
  const rowsOf = async (query: string) =>
    (await get(`/coins/markets?vs_currency=usd&${query}`)).json() as {
      id: string;
      current_price: number;
      market_cap: number;
      market_cap_rank: number;
      last_updated: string;
    }[];

  it("pages the markets by market capitalisation", async () => {
    const pages = [
      await rowsOf("per_page=200&page=1"),
      await rowsOf("per_page=200&page=2"),
      await rowsOf("per_page=200&page=3"),
      await rowsOf("per_page=200&page=4"),
    ];
    assert.deepEqual(
      pages.map(({ length }) => length),
      [200, 200, 100, 0],
    );
    const all = pages.flat();
    assert.equal(new Set(all.map(({ id }) => id)).size, 500);
    assert.deepEqual(
      all.map(({ market_cap_rank }) => market_cap_rank),
      all.map((_, i) => i + 1),
    );
    assert.ok(all.every((row, i) => i === 0 || row.market_cap <= (all[i - 1]?.market_cap ?? 0)));
  });

  it("takes at most 250 a page, known orders and known currencies", async () => {
    assert.equal((await get("/coins/markets?vs_currency=usd&per_page=251")).status, 422);
    assert.equal((await get("/coins/markets?vs_currency=usd&order=luck")).status, 422);
    assert.equal((await get("/coins/markets?vs_currency=shells")).status, 422);
    assert.equal((await get("/coins/markets?vs_currency=eur")).status, 200);
  });

  it("answers simple prices, the list and a ping", async () => {
    const { status, json } = await get(
      "/simple/price?ids=bitcoin,nothing&vs_currencies=usd&include_last_updated_at=true",
    );
    const [bitcoin = assert.fail()] = market.coins;
    const tick = lastTick(bitcoin, NOW);
    assert.deepEqual(
      [status, json()],
      [200, { bitcoin: { usd: priceAt(bitcoin, tick), last_updated_at: tick / 1000 } }],
    );
    assert.equal(((await get("/coins/list")).json() as unknown[]).length, 500);
    assert.equal((await get("/ping")).status, 200);
    assert.equal((await get("/elsewhere")).status, 404);
  });

  it("charts a range, never beyond now", async () => {
    const { json } = await get(
      `/coins/bitcoin/market_chart/range?vs_currency=usd&from=${NOW / 1000 - 3600}&to=${NOW / 1000 + 3600}`,
    );
    const { prices } = json() as { prices: [number, number][] };
    const [bitcoin = assert.fail()] = market.coins;
    assert.equal(prices.length, 13);
    assert.deepEqual(prices.at(-1), [NOW, priceAt(bitcoin, NOW)]);
    assert.equal((await get("/coins/nothing/market_chart/range?vs_currency=usd&from=1&to=2")).status, 404);
  });

  const strike = async (...faults: MarketFault[]) => {
    market.setFaults(faults);
    return get("/coins/markets?vs_currency=usd&per_page=5");
  };

  it("misbehaves on request, as often as told", async () => {
    const limited = await strike({ kind: "rate-limit", retryAfter: 7, times: 1 });
    assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "7"]);
    assert.equal((await get("/coins/markets?vs_currency=usd&per_page=5")).status, 200);
    assert.equal((await strike({ kind: "error" })).status, 500);
    assert.match((await strike({ kind: "html" })).text, /^<html>/);
    assert.throws((await strike({ kind: "truncated" })).json, SyntaxError);
    assert.equal((await strike({ kind: "redirect" })).status, 302);
    market.setFaults([{ kind: "hang" }]);
    await assert.rejects(get("/ping", { signal: AbortSignal.timeout(100) }));
    assert.equal((await strike({ kind: "error", path: "/simple" })).status, 200);
    assert.equal((await strike({ kind: "error", after: 1 })).status, 200);
    assert.equal((await get("/ping")).status, 500);
  });

  it("strikes single coins on request", async () => {
    const rows = (
      await strike(
        { kind: "null-price", coins: ["bitcoin"] },
        { kind: "frozen", coins: ["ethereum"], since: 0 },
        { kind: "missing", coins: ["tether"] },
      )
    ).json() as Awaited<ReturnType<typeof rowsOf>>;
    assert.equal(rows.find(({ id }) => id === "bitcoin")?.current_price, null);
    assert.equal(rows.find(({ id }) => id === "ethereum")?.last_updated, "1970-01-01T00:00:00.000Z");
    assert.equal(
      rows.find(({ id }) => id === "tether"),
      undefined,
    );
  });
});
