import { strict as assert } from "node:assert";
import { type CryptoRow, crypto } from "../../data/feeds/crypto";
import { assertRows, present, startLake, type TestLake } from "./support/lake";
import { by, correlation, deviation, first, groupBy, last, mean, sum } from "./support/statistics";
import { coins, cryptoRows, frozen, jump, missing, slotMs, start, surge } from "./support/ticks";

const rows = cryptoRows();
const hourMs = 3_600_000;
const at = (row: CryptoRow): number => Date.parse(row.event_time);
const since = (hours: number): CryptoRow[] => rows.filter((row) => at(row) >= present - hours * hourMs);
const hourOf = (row: CryptoRow): string => `${row.event_time.slice(0, 13)}:00:00.000Z`;
const byCoin = (own: readonly CryptoRow[]): Map<string, CryptoRow[]> => groupBy(own, (row) => row.coin_id);

/** The last row of every hour, per coin, oldest first. */
const closes = (own: readonly CryptoRow[]): CryptoRow[] => [...groupBy(own, hourOf).values()].map(last);
const logReturns = (prices: readonly number[]): number[] =>
  prices.slice(1).map((price, before) => Math.log(price / (prices[before] ?? 0)));

describe("Crypto reports", () => {
  let lake: TestLake;
  before(async () => {
    lake = await startLake();
    await lake.store(crypto, rows);
    // A retried batch, cut differently: the same rows a second time.
    await lake.store(crypto, rows.slice(1_000, 1_100), "shardId-000000000000-2");
  });
  after(() => lake.stop());

  it("latest-prices: the newest row of each coin, by rank", async () => {
    const expected = [...byCoin(since(24)).values()].map(last).sort(by((row) => row.market_cap_rank ?? 0));
    assertRows(
      await lake.ask(["latest-prices"]),
      expected.map((row) => ({
        market_cap_rank: row.market_cap_rank,
        coin_id: row.coin_id,
        symbol: row.symbol,
        price_usd: row.price_usd,
        change_24h_pct: row.change_24h_pct,
        market_cap_usd: row.market_cap_usd,
        volume_24h_usd: row.volume_24h_usd,
        event_time: row.event_time,
        last_updated: row.last_updated,
      })),
    );
    const some = await lake.ask(["latest-prices", "--coins", "gamma,alpha,nobody", "--limit", "1"]);
    assert.deepEqual(
      some.map((row) => row.coin_id),
      ["alpha"],
    );
  });

  const moves = (own: readonly CryptoRow[]) =>
    [...byCoin(own)]
      .map(([coin_id, ticks]) => ({ coin_id, from: first(ticks), to: last(ticks) }))
      .map(({ coin_id, from, to }) => ({
        coin_id,
        from,
        to,
        change: (100 * (to.price_usd - from.price_usd)) / from.price_usd,
      }));

  it("top-movers: change from the first to the last price, largest first", async () => {
    const expected = moves(since(24)).sort(by((move) => -Math.abs(move.change)));
    assertRows(
      await lake.ask(["top-movers", "--limit", "4"]),
      expected.slice(0, 4).map(({ coin_id, from, to, change }, place) => ({
        place: place + 1,
        coin_id,
        symbol: to.symbol,
        first_price_usd: from.price_usd,
        last_price_usd: to.price_usd,
        change_pct: change,
        first_seen: from.event_time,
        last_seen: to.event_time,
      })),
    );
    const down = await lake.ask([
      "top-movers",
      "--direction",
      "down",
      "--since",
      "2026-03-02T06:00Z",
      "--min-volume",
      "2e7",
    ]);
    const losers = moves(rows.filter((row) => row.event_time >= "2026-03-02T06:00:00.000Z"))
      .filter(({ to, change }) => change < 0 && (to.volume_24h_usd ?? 0) >= 2e7)
      .sort(by((move) => move.change));
    assert.deepEqual(
      down.map((row) => row.coin_id),
      losers.map((move) => move.coin_id),
    );
  });

  it("ohlc: candles of any interval", async () => {
    const fourHours = 4 * hourMs;
    const expected = ["alpha", "gamma"].flatMap((coin) =>
      [
        ...groupBy(
          since(24).filter((row) => row.coin_id === coin),
          (row) => at(row) - (at(row) % fourHours),
        ),
      ].map(([bucket, ticks]) => ({
        coin_id: coin,
        bucket: new Date(bucket).toJSON(),
        open_usd: first(ticks).price_usd,
        high_usd: Math.max(...ticks.map((tick) => tick.price_usd)),
        low_usd: Math.min(...ticks.map((tick) => tick.price_usd)),
        close_usd: last(ticks).price_usd,
        volume_24h_usd: last(ticks).volume_24h_usd,
        ticks: ticks.length,
      })),
    );
    assertRows(await lake.ask(["ohlc", "--interval", "4h", "--coins", "gamma,alpha"]), expected);
  });

  it("moving-averages: two means and their crossings", async () => {
    const prices = closes(rows.filter((row) => row.coin_id === "beta"));
    const average = (span: number, end: number): number | null =>
      end + 1 < span ? null : mean(prices.slice(end + 1 - span, end + 1).map((row) => row.price_usd));
    let before: number | null = null;
    const expected = prices.map((row, end) => {
      const [fast, slow] = [average(3, end), average(12, end)];
      const distance = fast === null || slow === null ? null : fast - slow;
      let crossover: string | null = null;
      if (before !== null && distance !== null && before <= 0 && distance > 0) crossover = "up";
      if (before !== null && distance !== null && before >= 0 && distance < 0) crossover = "down";
      before = distance;
      return {
        coin_id: "beta",
        bucket: hourOf(row),
        close_usd: row.price_usd,
        fast_usd: fast,
        slow_usd: slow,
        crossover,
      };
    });
    assert.ok(
      expected.some((row) => row.crossover === "up") && expected.some((row) => row.crossover === "down"),
    );
    assertRows(
      await lake.ask(["moving-averages", "--coins", "beta", "--fast", "3", "--slow", "12"]),
      expected,
    );
  });

  it("volatility: the spread of hourly returns", async () => {
    const expected = [...byCoin(rows)]
      .map(([coin_id, ticks]) => {
        const prices = closes(ticks).map((row) => row.price_usd);
        const returns = logReturns(prices);
        return {
          coin_id,
          symbol: first(ticks).symbol,
          returns: returns.length,
          volatility_pct: 100 * deviation(returns),
          last_price_usd: last(prices),
        };
      })
      .sort(by((row) => -row.volatility_pct))
      .map(({ last_price_usd, ...row }, place) => ({
        place: place + 1,
        ...row,
        annual_volatility_pct: row.volatility_pct * Math.sqrt(365 * 24),
        last_price_usd,
      }));
    assertRows(await lake.ask(["volatility"]), expected);
  });

  it("drawdown: the deepest fall from a peak", async () => {
    const expected = [...byCoin(rows)]
      .map(([coin_id, ticks]) => {
        let peak = first(ticks);
        let worst = { drawdown_pct: 1, peak, trough: peak };
        let current = 0;
        for (const tick of ticks) {
          if (tick.price_usd >= peak.price_usd) peak = tick;
          current = 100 * (tick.price_usd / peak.price_usd - 1);
          if (current < worst.drawdown_pct) worst = { drawdown_pct: current, peak, trough: tick };
        }
        return {
          coin_id,
          drawdown_pct: worst.drawdown_pct,
          peak_usd: worst.peak.price_usd,
          peak_at: worst.peak.event_time,
          trough_usd: worst.trough.price_usd,
          trough_at: worst.trough.event_time,
          current_drawdown_pct: current,
        };
      })
      .sort(by((row) => row.drawdown_pct));
    assert.equal(first(expected).coin_id, jump.coin);
    assertRows(
      await lake.ask(["drawdown"]),
      expected.map((row, place) => ({ place: place + 1, ...row })),
    );
  });

  it("correlation: every pair of the largest coins", async () => {
    const top = coins.slice(0, 3);
    const returns = new Map(
      top.map((coin) => [
        coin,
        logReturns(closes(rows.filter((row) => row.coin_id === coin)).map((row) => row.price_usd)),
      ]),
    );
    const expected = top.flatMap((a) =>
      top.map((b) => ({
        coin_a: a,
        coin_b: b,
        correlation: Math.min(1, correlation(returns.get(a) ?? [], returns.get(b) ?? [])),
        samples: returns.get(a)?.length ?? 0,
      })),
    );
    assertRows(await lake.ask(["correlation", "--top", "3"]), expected);
  });

  it("dominance: shares of the whole of each hour", async () => {
    const known = rows.filter((row) => row.market_cap_usd !== null);
    const expected = [...groupBy(known, hourOf)].flatMap(([bucket, ticks]) => {
      const poll = ticks.filter((row) => row.event_time === last(ticks).event_time);
      const caps = poll.map((row) => ({ coin_id: row.coin_id, cap: row.market_cap_usd ?? 0 }));
      const whole = sum(caps.map(({ cap }) => cap));
      const others = sum(caps.slice(2).map(({ cap }) => cap));
      return [...caps.slice(0, 2), { coin_id: "others", cap: others }].map(({ coin_id, cap }) => ({
        bucket,
        coin_id,
        market_cap_usd: cap,
        share_pct: (100 * cap) / whole,
      }));
    });
    assertRows(await lake.ask(["dominance", "--top", "2"]), expected);
  });

  it("volume-spikes: hours far above the hours before", async () => {
    const expected = [...byCoin(rows)]
      .flatMap(([coin_id, ticks]) => {
        const hours = closes(ticks);
        return hours.map((row, end) => {
          const before = hours
            .slice(Math.max(0, end - 24), end)
            .map((earlier) => earlier.volume_24h_usd ?? 0);
          const volume = row.volume_24h_usd ?? 0;
          const z = before.length < 3 ? 0 : (volume - mean(before)) / deviation(before);
          return {
            coin_id,
            bucket: hourOf(row),
            volume_24h_usd: volume,
            mean_usd: mean(before),
            z_score: z,
            price_usd: row.price_usd,
          };
        });
      })
      .filter((row) => row.z_score >= 2)
      .sort(by((row) => -row.z_score));
    assert.equal(first(expected).coin_id, surge.coin);
    assertRows(await lake.ask(["volume-spikes", "--z", "2"]), expected);
  });

  it("price-anomalies: returns far from earlier returns", async () => {
    const expected = [...byCoin(rows)]
      .flatMap(([coin_id, ticks]) => {
        const returns = ticks
          .slice(1)
          .map((row, before) => row.price_usd / (ticks[before]?.price_usd ?? 0) - 1);
        return returns.map((value, end) => {
          const before = returns.slice(Math.max(0, end - 48), end);
          const row = ticks[end + 1];
          const z = before.length < 3 ? 0 : (value - mean(before)) / deviation(before);
          return {
            coin_id,
            event_time: row?.event_time ?? "",
            price_usd: row?.price_usd,
            previous_price_usd: ticks[end]?.price_usd,
            return_pct: 100 * value,
            z_score: z,
          };
        });
      })
      .filter((row) => Math.abs(row.z_score) >= 6)
      .sort(by((row) => -Math.abs(row.z_score)));
    assert.equal(first(expected).event_time, new Date(start + jump.slot * slotMs).toJSON());
    assertRows(await lake.ask(["price-anomalies", "--z", "6"]), expected);
  });

  it("price-gaps: missing polls as one run", async () => {
    assertRows(await lake.ask(["price-gaps", "--since", "48h"]), [
      {
        gap_start: new Date(start + missing.from * slotMs).toJSON(),
        gap_end: new Date(start + missing.to * slotMs).toJSON(),
        missing_slots: 11,
        seconds: 12 * 300,
        edge: null,
      },
    ]);
    const edges = await lake.ask([
      "price-gaps",
      "--since",
      "2026-03-01T10:00Z",
      "--until",
      "2026-03-03T12:30Z",
    ]);
    assert.deepEqual(
      edges.map((row) => [row.missing_slots, row.edge]),
      [
        [24, "start"],
        [11, null],
        [6, "end"],
      ],
    );
  });

  it("stale-coins: the coin whose price no longer updates", async () => {
    const own = rows.filter((row) => row.coin_id === frozen.coin);
    const stale = own.filter((row) => row.last_updated === last(own).last_updated);
    assertRows(await lake.ask(["stale-coins"]), [
      {
        coin_id: frozen.coin,
        symbol: "eps",
        last_updated: last(own).last_updated,
        newest_poll: last(own).event_time,
        frozen_seconds: (at(last(own)) - Date.parse(last(own).last_updated)) / 1_000,
        frozen_polls: stale.length,
        price_usd: last(own).price_usd,
      },
    ]);
  });

  it("coin-history: each poll of one coin", async () => {
    const own = rows.filter((row) => row.coin_id === "beta" && row.event_time < "2026-03-01T15:00:00.000Z");
    const expected = own.map((row, index) => {
      const before = own[index - 1]?.price_usd;
      return {
        event_time: row.event_time,
        price_usd: row.price_usd,
        change_pct: before === undefined ? null : 100 * (row.price_usd / before - 1),
        market_cap_usd: row.market_cap_usd,
        volume_24h_usd: row.volume_24h_usd,
        last_updated: row.last_updated,
        origin: row.origin,
      };
    });
    assertRows(
      await lake.ask(["coin-history", "--coin", "beta", "--since", "48h", "--until", "2026-03-01T15:00Z"]),
      expected,
    );
    assert.deepEqual(await lake.ask(["coin-history", "--coin", "' OR '1'='1"]), []);
  });
});
