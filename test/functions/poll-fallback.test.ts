import { strict as assert } from "node:assert";
import { coinGeckoIds } from "../../data/coinpaprika-ids";
import { KnownCoins } from "../../functions/poll-prices/coinpaprika";

describe("CoinGecko's id of a CoinPaprika coin", () => {
  const known = new KnownCoins();
  before(() =>
    known.add([
      { id: "some-coin", symbol: "Some" },
      { id: "frax", symbol: "frax" },
      { id: "broken", symbol: 7 },
      null,
    ]),
  );

  for (const [coinPaprikaId, symbol, expected, why] of [
    ["avax-avalanche", "AVAX", "avalanche-2", "in the table"],
    ["some-some-coin", "SOME", "some-coin", "listed by CoinGecko with this id and symbol"],
    ["other-some-coin", "OTHER", undefined, "listed by CoinGecko with another symbol"],
    ["some-other-coin", "SOME", undefined, "not listed by CoinGecko"],
    ["some-some-coin", "OTHER", undefined, "of another symbol than its id"],
    ["broken-broken", "BROKEN", undefined, "listed without a symbol"],
  ] as const)
    it(`is ${expected ?? "unknown"} for ${coinPaprikaId} (${symbol}): ${why}`, () => {
      assert.equal(known.idOf(coinPaprikaId, symbol), expected);
    });

  it("is in the table once for each coin", () => {
    assert.equal(new Set(coinGeckoIds.values()).size, coinGeckoIds.size);
    for (const [coinPaprikaId, coinGeckoId] of coinGeckoIds) {
      assert.match(coinPaprikaId, /^[a-z0-9]+(-[a-z0-9]+)+$/);
      assert.match(coinGeckoId, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    }
  });
});
