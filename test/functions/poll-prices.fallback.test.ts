import { strict as assert } from "node:assert";
import { validateRow } from "../../data/feeds";
import { crypto } from "../../data/feeds/crypto";
import { lastTick, priceAt } from "../../data/market";
import { coldStart, logged } from "./support/bundle";
import { context } from "./support/events";
import { EVENT, NOW, pollPrices, SLOT, SLOT_SECONDS } from "./support/poll-prices";

describe("poll-prices", () => {
  const { poll, newStream, cloud, market } = pollPrices();

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
        market().setFaults([{ ...fault, ...coinGecko }]);
        const { polls, rows, lines } = await poll({ coins: 40, millis: 6000, environment });
        assert.deepEqual([polls[0]?.origin, polls[0]?.events], ["fallback", rows.length]);
        const bitcoin = rows.find(({ coin_id }) => coin_id === "bitcoin");
        const [coin] = market().coins;
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
      market().setFaults([{ kind: "forbidden", ...coinGecko }]);
      const { rows, lines, polls } = await poll({ coins: 300, environment });
      const ids = new Set(market().coins.map(({ id }) => id));
      assert.ok(rows.every(({ coin_id }) => ids.has(coin_id)));
      const metrics = lines.find((entry) => "_aws" in entry);
      assert.deepEqual([metrics?.Unmapped, metrics?.Missing, polls[0]?.refused], [260, 260, 0]);
    });

    it("maps coins that the price source listed before under the same id and symbol", async () => {
      const StreamName = await newStream();
      const handler = await coldStart("poll-prices", cloud(), {
        ...environment,
        STREAM_NAME: StreamName,
        LANES: "2",
        COINS: "300",
        PRICE_SOURCE: "sample",
        SAMPLE_URL: market().url,
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
      market().setFaults([{ kind: "forbidden", ...coinGecko }]);
      const second = await run();
      assert.deepEqual([second?.origin, second?.events], ["fallback", 300]);
    });

    it("fails with both reasons when the fallback source fails too, and sends nothing", async () => {
      market().setFaults([
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
      market().setFaults([{ kind: "redirect", ...coinGecko }]);
      assert.match(String((await poll({ environment })).result), /price source answered 302/);
    });
  });
});
