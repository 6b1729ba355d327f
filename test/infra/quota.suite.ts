import { strict as assert } from "node:assert";
import { quotaWarning } from "../../infra/config/quota";
import { linesOf, OTHER_VALUES, previewWith } from "./stacks";

const prices = {
  source: "coingecko",
  fallback: "coinpaprika",
  coins: 250,
  pollSeconds: 300,
};

describe("The monthly quota of a price source", () => {
  it("suffices for the default interval, and is not known for other sources", () => {
    assert.equal(quotaWarning(prices), undefined);
    assert.equal(quotaWarning({ ...prices, pollSeconds: 260 }), undefined);
    assert.equal(quotaWarning({ ...prices, pollSeconds: 30, source: "coingecko-pro" }), undefined);
    assert.equal(quotaWarning({ ...prices, pollSeconds: 30, source: "sample" }), undefined);
  });

  it("is exceeded by shorter intervals and more coins", () => {
    assert.equal(
      quotaWarning({ ...prices, pollSeconds: 90 }),
      "pollSeconds 90 with coins 250 takes 28800 requests a month, and CoinGecko's free plan allows 10000: the other " +
        "18800 polls come from the fallback source. From pollSeconds 260 on it suffices",
    );
    assert.equal(
      quotaWarning({ ...prices, pollSeconds: 90, fallback: "none" }),
      "pollSeconds 90 with coins 250 takes 28800 requests a month, and CoinGecko's free plan allows 10000: 18800 of " +
        "28800 polls a month fail. From pollSeconds 260 on it suffices",
    );
    assert.equal(
      quotaWarning({ ...prices, pollSeconds: 45 }),
      "pollSeconds 45 with coins 250 takes 57600 requests a month, and CoinGecko's free plan allows 10000: 27600 of " +
        "57600 polls a month fail, also with the fallback source's 20000. From pollSeconds 260 on it suffices",
    );
    assert.match(
      String(quotaWarning({ ...prices, coins: 251 })),
      /takes 17280 requests .* From pollSeconds 519 on/,
    );
  });

  it("is a warning of the preview", async () => {
    const lines = linesOf(await previewWith("dev", OTHER_VALUES));
    assert.match(lines.join("\n"), /^warning: pollSeconds 90 with coins 100 takes 28800 requests a month/m);
  });
});
