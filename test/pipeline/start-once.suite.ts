import { strict as assert } from "node:assert";
import { type Coin, DEFAULT_COINS, DEFAULT_SEED, lastTick, makeCoins, priceAt } from "../../data/market";
import { caughtUp } from "./caught-up";
import { type Finished, pricelake } from "./command";

interface FeedSummary {
  events: number;
  csv: { objects: number; rows: number };
  raw: { objects: number; rows: number };
  athena: { rows: number };
  store: { items: number };
  quarantined: number;
}

interface Summary {
  polls: number;
  feeds: Record<"crypto" | "retail" | "stocks" | "posts", FeedSummary>;
}

describe("npm start -- --once --json", function () {
  this.timeout(300_000);
  let dir = "";
  let finished: Finished;
  let summary: Summary;

  before(async () => {
    ({ dir, finished } = await caughtUp());
    summary = JSON.parse(finished.stdout) as Summary;
  });

  it("polls every slot of the hours it plays, 250 coins each", () => {
    // Three hours that begin at any minute hold 36 slots, or 37 with one at either end.
    assert.ok(summary.polls === 36 || summary.polls === 37, `${summary.polls} polls`);
    assert.equal(summary.feeds.crypto.events, summary.polls * 250);
  });

  it("logs the duration of the catch-up, and prints only the summary on stdout", () => {
    assert.match(finished.stderr, /^played 3 h of the market, in \d+\.\d s$/m);
    assert.equal(finished.stdout.trim().split("\n").length, 1);
  });

  it("has each event once in csv/ and in the view, and at least once in raw/", () => {
    const { events, csv, raw, athena, quarantined } = summary.feeds.crypto;
    assert.equal(csv.rows, events);
    assert.equal(athena.rows, events);
    assert.ok(raw.rows >= events, `${raw.rows} raw rows`);
    assert.ok(csv.objects > 0 && raw.objects > 0);
    assert.equal(quarantined, 0);
  });

  it("keeps one item per invoice line and per post, as many as the view has rows", () => {
    const { retail, posts } = summary.feeds;
    assert.deepEqual([retail.store.items, posts.store.items], [retail.athena.rows, posts.athena.rows]);
  });

  it("keeps one item per coin", async () => {
    const latest = await pricelake([
      "report",
      "latest-prices",
      "--limit",
      "1000",
      "--format",
      "json",
      "--dir",
      dir,
    ]);
    assert.equal(latest.code, 0, latest.stderr);
    const coins = (JSON.parse(latest.stdout) as { coin_id: string }[]).map((row) => row.coin_id);
    // 250 at a time; ranks change between polls, so that a few more are seen over the hours.
    assert.ok(coins.length >= 250);
    assert.equal(summary.feeds.crypto.store.items, new Set(coins).size);
  });

  it("plays the samples of the other feeds through their own streams", () => {
    for (const [feed, rows] of [
      ["retail", 991],
      ["stocks", 888],
      ["posts", 458],
    ] as const) {
      assert.equal(summary.feeds[feed].events, rows);
      assert.equal(summary.feeds[feed].csv.rows, rows);
    }
  });

  it("finds no differing counts", () => {
    assert.doesNotMatch(finished.stderr, /counts that differ/);
  });

  it("reports movers equal to the market's own prices", async () => {
    const report = await pricelake(
      ["report", "top-movers", "--since", "24h", "--limit", "10", "--format", "json", "--dir", dir],
      {},
    );
    assert.equal(report.code, 0, report.stderr);
    const movers = JSON.parse(report.stdout) as Mover[];
    assert.equal(movers.length, 10);
    const coins = new Map(makeCoins(DEFAULT_COINS, DEFAULT_SEED).map((coin) => [coin.id, coin]));
    const from = Math.min(...movers.map(({ first_seen }) => Date.parse(first_seen)));
    const to = Math.max(...movers.map(({ last_seen }) => Date.parse(last_seen)));
    assert.equal(to - from, (summary.polls - 1) * 5 * 60_000);
    const [early, late] = [listed([...coins.values()], from), listed([...coins.values()], to)];
    const largest = [...coins.values()]
      .filter(({ id }) => early.has(id) && late.has(id))
      .map((coin) => ({ id: coin.id, move: changeOf(coin, from, to) }))
      .sort((a, b) => Math.abs(b.move) - Math.abs(a.move));
    movers.forEach((mover, index) => {
      const coin = coins.get(mover.coin_id);
      assert.ok(coin);
      // Ranks change: a coin may enter or leave the 250 largest during the window.
      const seen = [Date.parse(mover.first_seen), Date.parse(mover.last_seen)] as const;
      assert.equal(mover.first_price_usd, shown(coin, seen[0]));
      assert.equal(mover.last_price_usd, shown(coin, seen[1]));
      assert.ok(Math.abs(mover.change_pct - changeOf(coin, ...seen)) < 1e-9);
      assert.equal(mover.place, index + 1);
    });
    const throughout = movers.find(
      ({ first_seen, last_seen }) => Date.parse(first_seen) === from && Date.parse(last_seen) === to,
    );
    assert.equal(throughout?.coin_id, largest[0]?.id);
  });

  it("prints the same as a table and as CSV", async () => {
    const table = await pricelake([
      "report",
      "top-movers",
      "--limit",
      "3",
      "--format",
      "table",
      "--dir",
      dir,
    ]);
    assert.equal(table.code, 0, table.stderr);
    assert.match(table.stdout, /coin_id/);
    const csv = await pricelake(["report", "top-movers", "--limit", "3", "--format", "csv", "--dir", dir]);
    assert.equal(csv.stdout.trim().split("\n").length, 4);
  });
});

interface Mover {
  readonly place: number;
  readonly coin_id: string;
  readonly first_price_usd: number;
  readonly last_price_usd: number;
  readonly change_pct: number;
  readonly first_seen: string;
  readonly last_seen: string;
}

/** What the market shows of a coin at a slot. */
const shown = (coin: Coin, instant: number): number => priceAt(coin, lastTick(coin, instant));

const changeOf = (coin: Coin, from: number, to: number): number =>
  (100 * (shown(coin, to) - shown(coin, from))) / shown(coin, from);

/** The 250 that the market lists at an instant: the largest by what all their coins are worth. */
function listed(coins: readonly Coin[], instant: number): ReadonlySet<string> {
  const worth = (coin: Coin) => priceAt(coin, lastTick(coin, instant)) * coin.supply;
  const ranked = [...coins].sort((a, b) => worth(b) - worth(a));
  return new Set(ranked.slice(0, 250).map(({ id }) => id));
}
