import { strict as assert } from "node:assert";
import type { Row } from "../../data/feeds";
import { crypto } from "../../data/feeds/crypto";
import { coin } from "../functions/support/events";
import { startLake, type TestLake } from "./support/lake";

const price = (id: string, event_time: string, price_usd: number, market_cap_usd: number | null): Row =>
  coin(id, event_time, price_usd, { market_cap_usd, origin: "backfill" }) as Row;

const WINDOW = ["--since", "2026-02-01", "--until", "2026-02-03"];

describe("Reports on coins that differ in times and movement", () => {
  let lake: TestLake;
  before(async () => {
    lake = await startLake();
    const hours = Array.from({ length: 48 }, (_, hour) =>
      new Date(Date.UTC(2026, 1, 1, hour, 30)).toISOString(),
    );
    await lake.store(crypto, [
      // As CoinGecko's history has them: each coin has times of its own.
      price("large", "2026-02-01T00:04:11.123Z", 10, 600),
      price("middle", "2026-02-01T00:05:02.456Z", 10, 300),
      price("small", "2026-02-01T00:05:59.789Z", 10, 100),
      price("large", "2026-02-01T01:05:58.001Z", 10, 500),
      price("middle", "2026-02-01T01:04:03.002Z", 10, 300),
      // A stable coin. The mean of 24 equal prices differs from that of 6 in the last digit.
      ...hours.map((time) => price("stable", time, 1.0007, null)),
    ]);
  });
  after(() => lake.stop());

  it("dominance: takes the last capitalisation of each coin in the interval", async () => {
    const rows = await lake.ask(["dominance", ...WINDOW]);
    assert.deepEqual(
      rows.map((row) => [row.bucket, row.coin_id, row.market_cap_usd, row.share_pct]),
      [
        ["2026-02-01T00:00:00.000Z", "large", 600, 60],
        ["2026-02-01T00:00:00.000Z", "middle", 300, 30],
        ["2026-02-01T00:00:00.000Z", "small", 100, 10],
        ["2026-02-01T01:00:00.000Z", "large", 500, 62.5],
        ["2026-02-01T01:00:00.000Z", "middle", 300, 37.5],
      ],
    );
  });

  it("moving-averages: a price that does not change crosses nothing", async () => {
    const rows = await lake.ask(["moving-averages", "--coins", "stable", ...WINDOW]);
    assert.equal(rows.length, 48);
    assert.deepEqual(
      rows.filter((row) => row.crossover !== null),
      [],
    );
  });
});
