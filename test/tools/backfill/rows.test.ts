import { strict as assert } from "node:assert";
import { type Chart, rowsOf } from "../../../tools/backfill/rows";

const MINUTE = 60_000;
const T = Date.parse("2026-01-02T03:00:00Z");
const coin = { coin_id: "bitcoin", symbol: "btc", name: "Bitcoin" };
const chart: Chart = {
  prices: [
    [T - 2 * MINUTE, 100],
    [T + 4 * MINUTE, 101],
  ],
  market_caps: [[T - 2 * MINUTE, 5000]],
  total_volumes: [],
};

describe("rowsOf", () => {
  it("gives a slot the last price before it, with origin backfill", () => {
    const [row] = rowsOf(coin, chart, [T], 10 * MINUTE);
    assert.deepEqual(row, {
      coin_id: "bitcoin",
      symbol: "btc",
      name: "Bitcoin",
      price_usd: 100,
      market_cap_usd: 5000,
      market_cap_rank: null,
      volume_24h_usd: null,
      high_24h_usd: null,
      low_24h_usd: null,
      change_24h_pct: null,
      circulating_supply: null,
      last_updated: "2026-01-02T02:58:00.000Z",
      event_time: "2026-01-02T03:00:00.000Z",
      origin: "backfill",
    });
  });

  it("never uses later prices, and skips prices that are too old", () => {
    const prices = (slots: number[]) => rowsOf(coin, chart, slots, 5 * MINUTE).map((row) => row.price_usd);
    assert.deepEqual(prices([T - 3 * MINUTE]), []);
    assert.deepEqual(prices([T, T + 3 * MINUTE, T + 4 * MINUTE, T + 9 * MINUTE]), [100, 100, 101, 101]);
    assert.deepEqual(prices([T + 10 * MINUTE]), []);
  });
});
