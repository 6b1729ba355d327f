import { strict as assert } from "node:assert";
import { crypto } from "../../data/feeds/crypto";
import { price } from "../functions/compact/lake";
import { assertRows, startLake, type TestLake } from "./support/lake";

/** The present of the tests' lake is 2026-03-03T12:00Z. 2026-01-30 is a Friday. */
const rows = [
  price("bitcoin", "2026-01-30", 9, 100),
  price("bitcoin", "2026-01-30", 20, 120),
  price("bitcoin", "2026-01-31", 9, 90),
  price("bitcoin", "2026-02-01", 9, 96),
  price("bitcoin", "2026-03-02", 9, 150),
  price("bitcoin", "2026-03-02", 10, 120),
  price("ether", "2026-02-01", 9, 10),
  price("ether", "2026-03-02", 9, 30),
];

describe("Crypto reports over long windows", () => {
  let lake: TestLake;

  before(async () => {
    lake = await startLake();
    await lake.store(crypto, rows as never);
    await lake.compact(crypto, "2026-02-10");
  });
  after(() => lake.stop());

  it("monthly-ohlc: a candle per calendar month", async () => {
    assertRows(await lake.ask(["monthly-ohlc"]), [
      {
        coin_id: "bitcoin",
        month: "2026-01-01T00:00:00.000Z",
        open_usd: 100,
        high_usd: 120,
        low_usd: 90,
        close_usd: 90,
        change_pct: -10,
        days: 2,
      },
      {
        coin_id: "bitcoin",
        month: "2026-02-01T00:00:00.000Z",
        open_usd: 96,
        high_usd: 96,
        low_usd: 96,
        close_usd: 96,
        change_pct: 0,
        days: 1,
      },
      {
        coin_id: "bitcoin",
        month: "2026-03-01T00:00:00.000Z",
        open_usd: 150,
        high_usd: 150,
        low_usd: 120,
        close_usd: 120,
        change_pct: -20,
        days: 1,
      },
    ]);
  });

  it("yearly-performance: each coin's change and range, the largest change first", async () => {
    assertRows(await lake.ask(["yearly-performance"]), [
      {
        place: 1,
        coin_id: "ether",
        change_pct: 200,
        first_usd: 10,
        last_usd: 30,
        low_usd: 10,
        high_usd: 30,
        range_pct: 100,
        first_at: "2026-02-01T09:00:00.000Z",
        days: 2,
      },
      {
        place: 2,
        coin_id: "bitcoin",
        change_pct: 20,
        first_usd: 100,
        last_usd: 120,
        low_usd: 90,
        high_usd: 150,
        range_pct: 50,
        first_at: "2026-01-30T09:00:00.000Z",
        days: 4,
      },
    ]);
  });

  it("drawdown-history: each day's close below the peak so far", async () => {
    const found = await lake.ask(["drawdown-history"]);
    assertRows(found, [
      day("2026-01-30", 120, 120, 0, 0),
      day("2026-01-31", 90, 120, -25, 1),
      day("2026-02-01", 96, 120, -20, 2),
      day("2026-03-02", 120, 150, -20, 0),
    ]);
  });

  const day = (dt: string, close: number, peak: number, drawdown: number, since: number) => ({
    coin_id: "bitcoin",
    day: `${dt}T00:00:00.000Z`,
    close_usd: close,
    peak_usd: peak,
    drawdown_pct: drawdown,
    days_since_peak: since,
  });

  it("seasonality: the mean return of each hour of the week", async () => {
    const at = (time: string, usd: number) =>
      ({ ...price("dogecoin", time.slice(0, 10), 0, usd), event_time: time, last_updated: time }) as never;
    // Two Fridays at nine: +10 % and -20 %; one Saturday at ten: +5 %; an hour with one price has no return.
    await lake.store(
      crypto,
      [
        at("2026-01-30T09:00:00.000Z", 100),
        at("2026-01-30T09:55:00.000Z", 110),
        at("2026-02-06T09:00:00.000Z", 100),
        at("2026-02-06T09:55:00.000Z", 80),
        at("2026-01-31T10:00:00.000Z", 100),
        at("2026-01-31T10:05:00.000Z", 105),
        at("2026-01-31T11:00:00.000Z", 105),
      ],
      "dogecoin",
    );
    const { days } = await lake.compact(crypto, "2026-02-10");
    assert.deepEqual(
      days.map(({ day: of, outcome }) => [of, outcome]),
      ["2026-01-30", "2026-01-31", "2026-02-06"].map((of) => [of, "compacted"]),
    );
    assertRows(await lake.ask(["seasonality", "--coin", "dogecoin"]), [
      { coin_id: "dogecoin", weekday: 5, hour_of_day: 9, mean_return_pct: -5, rising_pct: 50, hours: 2 },
      { coin_id: "dogecoin", weekday: 6, hour_of_day: 10, mean_return_pct: 5, rising_pct: 100, hours: 1 },
    ]);
  });
});
