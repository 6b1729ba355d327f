import { strict as assert } from "node:assert";
import { renderSite } from "../../../analytics/site";
import { partsOf } from "../../../analytics/site/files";
import type { Edition } from "../../../analytics/site/model";
import { candles, edition, ohlcPage, outcomes, PROBE, publishedAt, resultOf, site } from "./sample";

const files = async (more: Partial<Edition> = {}): Promise<ReadonlyMap<string, string>> =>
  new Map((await renderSite(edition(more))).map(({ path, body }) => [path, body]));

describe("The published site", () => {
  it("has a page and a CSV file for each report and each value of a split, the home page last", async () => {
    const paths = (await renderSite(edition())).map(({ path }) => path);
    assert.deepEqual(paths, [
      ..."style.css chart.js icon.svg".split(" "),
      ..."coins/ethereum.html coins/ethereum.csv coins/bitcoin.html coins/bitcoin.csv".split(" "),
      ..."coins.html coins.csv top-movers.html top-movers.csv".split(" "),
      ..."dominance.html dominance.csv quarantine.html quarantine.csv".split(" "),
      ..."alerts.html 404.html feed.json index.html".split(" "),
    ]);
  });

  it("shows each coin's last price and its change on the home page", async () => {
    const home = (await files()).get("index.html") ?? "";
    assert.match(home, /<a href="coins\/bitcoin\.html">bitcoin<\/a>/);
    assert.match(home, /108\.0000 <span class="unit">USD<\/span><\/div><span class="change rise">▲ 6\.9 %/);
    assert.match(home, /no refused rows in this window/);
  });

  it("shows a change that rounds to nothing without a direction", async () => {
    const home = (await files({ outcomes: [resultOf(ohlcPage, candles("bitcoin", 100_000))] })).get(
      "index.html",
    );
    assert.match(home ?? "", /<span class="change">0\.0 %<\/span>/);
  });

  it("shows chart, rows, parameters, freshness and what may be missing on a page", async () => {
    const page = (await files()).get("coins/bitcoin.html") ?? "";
    for (const part of [
      "incomplete: crypto has no rows for 2026-03-01 20h UTC",
      "Newest data: hour 2026-03-02 11h UTC, written",
      "--since</dt><dd>2026-03-01 12:00:00.000 UTC",
      '<svg xmlns="http://www.w3.org/2000/svg" class="chart"',
      "Candles at the window&#39;s edges cover only the part inside the window.",
      'href="bitcoin.csv"',
    ])
      assert.ok(page.includes(part), part);
    assert.equal(page.match(/<tr>/g)?.length, 9);
  });

  it("links the pages of a split to each other, and the coins in other tables to them", async () => {
    const all = await files();
    assert.match(all.get("coins/bitcoin.html") ?? "", /<a href="\.\.\/coins\/ethereum\.html">ethereum<\/a>/);
    assert.match(all.get("top-movers.html") ?? "", /<td><a href="coins\/bitcoin\.html">bitcoin<\/a><\/td>/);
  });

  it("escapes every cell, in pages and in the script's data", async () => {
    const all = await files({
      outcomes: [
        resultOf(ohlcPage, [...candles(PROBE, 1), ...candles("</script><script>alert(3)</script>", 2)]),
      ],
      alerts: [
        {
          ...{ id: "1", title: PROBE, text: PROBE, severity: PROBE },
          time: new Date(publishedAt).toISOString(),
        },
      ],
    });
    for (const [path, body] of all)
      if (path.endsWith(".html")) {
        assert.ok(!body.includes("<img"), path);
        assert.ok(!/<script>(?!$)/.test(body), path);
        assert.equal(body.match(/<\/script>/g)?.length ?? 0, body.match(/<script /g)?.length ?? 0, path);
      }
  });

  it("allows no inline script or style, and no request to elsewhere", async () => {
    for (const [path, body] of await files())
      if (path.endsWith(".html")) {
        assert.match(
          body,
          /content="default-src &#39;none&#39;; style-src &#39;self&#39;; script-src &#39;self&#39;;/,
        );
        assert.ok(!/ style=| on[a-z]+="|<style|src="http|href="http/.test(body), path);
      }
  });

  it("keeps file names in the site, whatever the values are", () => {
    const rows = ["../../x", "a/b", "A b", "a-b", ""].flatMap((coin) => candles(coin, 1, 1));
    assert.deepEqual(
      partsOf(resultOf(ohlcPage, rows)).map(({ value, file }) => [value, file]),
      [
        ["../../x", "coins/x.html"],
        ["a/b", "coins/a-b.html"],
        ["A b", "coins/a-b-2.html"],
        ["a-b", "coins/a-b-3.html"],
      ],
    );
  });

  it("says which report failed, and writes no page for it", async () => {
    const [first, ...rest] = outcomes;
    const all = await files({ outcomes: [{ page: first?.page ?? ohlcPage, failed: true }, ...rest] });
    assert.equal(all.has("coins.html"), false);
    assert.match(all.get("index.html") ?? "", /Its query failed/);
  });

  it("shows the first 500 rows, and all in the CSV file", async () => {
    const rows = candles("bitcoin", 1, 600);
    const all = await files({ outcomes: [resultOf({ ...ohlcPage, path: "long" }, rows)] });
    assert.equal(all.get("long.html")?.match(/<tr>/g)?.length, 501);
    assert.match(all.get("long.html") ?? "", /The table shows the first 500 of 600 rows/);
    assert.equal(all.get("long.csv")?.trim().split("\n").length, 601);
  });

  it("has a JSON feed of alerts, with addresses where the site's is known", async () => {
    const alerts = [
      {
        ...{ id: "rule/1", title: "jump: bitcoin", text: "Up 12 %", severity: "critical" },
        ...{ time: "2026-03-02T11:00:00.000Z", file: "coins/bitcoin.html" },
      },
    ];
    const feed = JSON.parse((await files({ alerts, url: "https://example.com/p" })).get("feed.json") ?? "");
    assert.equal(feed.version, "https://jsonfeed.org/version/1.1");
    assert.equal(feed.feed_url, "https://example.com/p/feed.json");
    assert.deepEqual(feed.items, [
      {
        ...{ id: "rule/1", title: "jump: bitcoin", content_text: "Up 12 %" },
        ...{ date_published: "2026-03-02T11:00:00.000Z", tags: ["critical"] },
        url: "https://example.com/p/coins/bitcoin.html",
      },
    ]);
    const without = JSON.parse((await files({ alerts })).get("feed.json") ?? "");
    assert.equal("feed_url" in without || "url" in without.items[0], false);
  });

  it("names every page in the footer", async () => {
    const home = (await files()).get("404.html") ?? "";
    for (const { path } of site.pages) assert.ok(home.includes(`href="/${path}.html"`), path);
  });
});
