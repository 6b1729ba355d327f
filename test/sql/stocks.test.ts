import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type StocksRow, stocks } from "../../data/feeds/stocks";
import { assertRows, startLake, type TestLake } from "./support/lake";
import { by, first, groupBy, last, mean } from "./support/statistics";

const rows = readFileSync(join(__dirname, "../../data/samples/stocks.ndjson"), "utf8")
  .trim()
  .split("\n")
  .map((line): StocksRow => JSON.parse(line))
  .sort(by((row) => row.event_time));
const window = ["--since", "2026-03-30", "--until", "2026-04-05"];

describe("Stock reports", () => {
  let lake: TestLake;
  before(async () => {
    lake = await startLake();
    await lake.store(stocks, rows);
  });
  after(() => lake.stop());

  it("sector-performance: mean, best and worst of each sector", async () => {
    const shares = [...groupBy(rows, (row) => row.ticker_symbol)].map(([ticker, ticks]) => ({
      ticker,
      sector: first(ticks).sector ?? "unknown",
      ticks: ticks.length,
      change: (100 * (last(ticks).price - first(ticks).price)) / first(ticks).price,
    }));
    const expected = [...groupBy(shares, (share) => share.sector)]
      .map(([sector, own]) => {
        const ordered = [...own].sort(by((share) => -share.change));
        return {
          sector,
          tickers: own.length,
          ticks: own.reduce((total, share) => total + share.ticks, 0),
          mean_change_pct: mean(own.map((share) => share.change)),
          best_ticker: first(ordered).ticker,
          best_change_pct: first(ordered).change,
          worst_ticker: last(ordered).ticker,
          worst_change_pct: last(ordered).change,
        };
      })
      .sort(by((row) => -row.mean_change_pct));
    assert.equal(expected.length, 5);
    assertRows(await lake.ask(["sector-performance", ...window]), expected);
  });

  it("ticker-ohlc: candles across midnight", async () => {
    const quarter = 15 * 60_000;
    const own = rows.filter((row) => ["WMT", "NFLX"].includes(row.ticker_symbol));
    const expected = [
      ...groupBy(own, (row) => `${row.ticker_symbol} ${Math.floor(Date.parse(row.event_time) / quarter)}`),
    ]
      .map(([key, ticks]) => ({
        ticker_symbol: key.split(" ")[0] ?? "",
        bucket: new Date(Number(key.split(" ")[1]) * quarter).toJSON(),
        open_usd: first(ticks).price,
        high_usd: Math.max(...ticks.map((tick) => tick.price)),
        low_usd: Math.min(...ticks.map((tick) => tick.price)),
        close_usd: last(ticks).price,
        ticks: ticks.length,
      }))
      .sort(
        by(
          (row) => row.ticker_symbol,
          (row) => row.bucket,
        ),
      );
    assertRows(await lake.ask(["ticker-ohlc", "--tickers", "WMT,NFLX", ...window]), expected);
  });
});
