import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { feeds, naturalKeyOf } from "../../../../data/feeds";
import { convert } from "../../../../tools/collect/convert";
import type { Received } from "../../../../tools/collect/source";
import { demo } from "../../../../tools/collect/sources/demo";
import { market } from "../../../../tools/collect/sources/market";
import { sample } from "../../../../tools/collect/sources/sample";
import { shop, shopFile } from "../../../../tools/collect/sources/shop";
import { temporaryDirectory } from "../../../support/temporary";
import { firstOf, jumpingClock } from "../at";

const START = Date.UTC(2026, 2, 1, 12);
const clock = () => jumpingClock(START);

describe("source sample", () => {
  const events = (count: number, seed = 1) => firstOf(sample(10, seed, clock()), count);
  const posts = feeds.posts as NonNullable<(typeof feeds)["posts"]>;

  it("gives the same posts for the same seed, and other posts for another", async () => {
    const [first, again, other] = [await events(50), await events(50), await events(50, 2)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, other);
    assert.deepEqual(first[0], {
      kind: "object",
      value: {
        post_id: "s1-1772366400000000",
        author: "user_20",
        text: "Selling my $bitcoin before the weekend?",
        language: "en",
        topic: "bitcoin",
        likes: 2,
        reposts: 1,
        sensitive: false,
        posted_at: "2026-03-01T12:00:00.000Z",
      },
      at: START,
      cursor: "17723664000",
    });
  });

  it("resumes after its cursor with the same events", async () => {
    const all = await events(30);
    const rest = await firstOf(sample(10, 1, clock()), 20, all[9]?.cursor);
    assert.deepEqual(rest, all.slice(10));
  });

  it("has deletions of earlier posts, malformed objects, and posts that are valid and occur once", async () => {
    const all = await events(20_000);
    const ids = new Set<string>();
    const counts = { row: 0, malformed: 0, deletion: 0 };
    const reasons = new Set<string>();
    for (const [i, event] of all.entries()) {
      const outgoing = convert(posts, event, START);
      assert.ok(outgoing);
      counts[outgoing.kind]++;
      if (outgoing.kind === "malformed") reasons.add(outgoing.reason);
      if (outgoing.kind === "deletion" && i >= 40) assert.ok(ids.has(outgoing.naturalKey));
      if (outgoing.kind !== "row") continue;
      assert.ok(!ids.has(outgoing.naturalKey));
      ids.add(outgoing.naturalKey);
    }
    assert.ok(counts.deletion > 300 && counts.deletion < 500, `${counts.deletion} deletions`);
    assert.ok(counts.malformed > 130 && counts.malformed < 270, `${counts.malformed} malformed`);
    assert.deepEqual([...reasons].sort(), [
      "author missing",
      "likes not a whole number within ±2^53",
      "post_id missing",
      "posted_at not an instant such as 2026-01-02T03:04:05.678Z",
      "text missing",
      "the object not a JSON object",
    ]);
    const languages = new Set(
      all.map((each) => (each.kind === "object" ? Object(each.value).language : null)),
    );
    for (const language of ["en", "de", "es", "ja"]) assert.ok(languages.has(language), language);
  });
});

describe("source demo", () => {
  const stocks = feeds.stocks as NonNullable<(typeof feeds)["stocks"]>;
  const tickOf = (event: Received) => (event.kind === "object" ? (event.value as Tick) : undefined) as Tick;
  interface Tick {
    readonly TICKER_SYMBOL: string;
    readonly SECTOR: string;
    readonly CHANGE: number;
    readonly PRICE: number;
  }

  it("has the fields of the console's demo data and no others, and a price of cents", async () => {
    const ticks = (await firstOf(demo(5, 1, clock()), 2000)).map(tickOf);
    for (const tick of ticks) {
      assert.deepEqual(Object.keys(tick), ["TICKER_SYMBOL", "SECTOR", "CHANGE", "PRICE"]);
      assert.match(tick.TICKER_SYMBOL, /^[A-Z]{3,4}$/);
      assert.ok(["HEALTHCARE", "RETAIL", "ENERGY", "TECHNOLOGY", "FINANCIAL"].includes(tick.SECTOR));
      assert.ok(tick.PRICE >= 1 && tick.PRICE < 1000, String(tick.PRICE));
      assert.match(String(tick.PRICE), /^\d+(\.\d\d?)?$/);
      assert.ok(Math.abs(tick.CHANGE) < 0.1 * tick.PRICE + 0.05, JSON.stringify(tick));
    }
    assert.equal(
      JSON.stringify(ticks[0]),
      '{"TICKER_SYMBOL":"SED","SECTOR":"HEALTHCARE","CHANGE":-0.01,"PRICE":1.91}',
    );
  });

  it("changes by the difference to the share's tick before", async () => {
    const ticks = (await firstOf(demo(5, 1, clock()), 200)).map(tickOf);
    const prices = new Map<string, number>();
    let compared = 0;
    for (const { TICKER_SYMBOL, CHANGE, PRICE } of ticks) {
      const before = prices.get(TICKER_SYMBOL);
      if (before !== undefined) {
        assert.equal(CHANGE, Math.round((PRICE - before) * 100) / 100);
        compared++;
      }
      prices.set(TICKER_SYMBOL, PRICE);
    }
    assert.ok(compared > 100);
  });

  it("gives each tick its own natural key, at the highest rate too", async () => {
    const events = await firstOf(demo(1000, 1, clock()), 5000);
    const keys = events.map((event) => {
      const outgoing = convert(stocks, event, START);
      return outgoing?.kind === "row" ? outgoing.naturalKey : "";
    });
    assert.equal(new Set(keys).size, 5000);
  });
});

describe("source shop", () => {
  const dir = temporaryDirectory();
  after(dir.remove);
  const retail = feeds.retail as NonNullable<(typeof feeds)["retail"]>;

  it("gives invoices of one to five lines with one time, one customer and no article twice", async () => {
    const events = await firstOf(shop(20, 1, clock()), 4000);
    const rows = events.map((event) => {
      const outgoing = convert(retail, event, START);
      if (outgoing?.kind !== "row") throw new Error(JSON.stringify(event));
      return outgoing.row;
    });
    assert.equal(new Set(rows.map((row) => naturalKeyOf(retail, row))).size, 4000);
    const invoices = new Map<unknown, typeof rows>();
    for (const row of rows) invoices.set(row.InvoiceNo, [...(invoices.get(row.InvoiceNo) ?? []), row]);
    for (const lines of invoices.values()) {
      assert.ok(lines.length >= 1 && lines.length <= 5);
      assert.equal(
        new Set(lines.map(({ InvoiceDate, CustomerID }) => `${InvoiceDate} ${CustomerID}`)).size,
        1,
      );
      assert.equal(new Set(lines.map(({ StockCode }) => StockCode)).size, lines.length);
    }
    const cancelled = [...invoices.keys()].filter((no) => String(no).startsWith("C")).length;
    assert.ok(cancelled > 20 && cancelled < 160, `${cancelled} of ${invoices.size} cancelled`);
    assert.ok(
      rows.every(({ InvoiceNo, Quantity }) => String(InvoiceNo).startsWith("C") === Number(Quantity) < 0),
    );
  });

  it("reads a user's own Online Retail file in its order, keeps invalid lines, and resumes after a line", async () => {
    const path = join(dir.path, "OnlineRetail.csv");
    writeFileSync(
      path,
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,Customer,Country\n" +
        "536365,85123A,LANTERN,6,12/1/2010 8:26,2.55,17850,United Kingdom\n" +
        '536366,22633,"WARMER, ""UNION""",x,12/1/2010 8:28,1.85,17850,United Kingdom\n' +
        "536367,84879,BIRD,32,12/13/2010 8:34,1.69,13047,United Kingdom\n",
    );
    const events = await firstOf(shopFile(path), 3);
    assert.deepEqual(
      events.map((event) => event.cursor),
      ["2", "3", "4"],
    );
    const outgoing = events.map((event) => convert(retail, event, START));
    assert.deepEqual(
      outgoing.map((each) => (each?.kind === "row" ? each.row.CustomerID : each?.kind)),
      ["17850", "malformed", "13047"],
    );
    assert.equal(
      outgoing[1]?.kind === "malformed" && outgoing[1].line,
      '536366,22633,"WARMER, ""UNION""",x,12/1/2010 8:28,1.85,17850,United Kingdom',
    );
    assert.deepEqual(await firstOf(shopFile(path), 3, "3"), events.slice(2));
  });
});

describe("source market", () => {
  const crypto = feeds.crypto as NonNullable<(typeof feeds)["crypto"]>;

  it("gives rounds of the ten largest coins with their market values, between the slots of polls", async () => {
    const found = await firstOf(market(1, clock()), 20);
    const rows = found.map((each) => {
      const sent = convert(crypto, each, START);
      assert.ok(sent?.kind === "row");
      return sent.row;
    });
    const times = rows.map(({ event_time }) => event_time);
    assert.deepEqual([...new Set(times)], ["2026-03-01T11:59:55.000Z", "2026-03-01T12:00:05.000Z"]);
    assert.deepEqual(
      rows.slice(0, 10).map(({ market_cap_rank }) => market_cap_rank),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
    assert.equal(new Set(rows.map((row) => naturalKeyOf(crypto, row))).size, 20);
    for (const { origin, market_cap_usd } of rows) {
      assert.equal(origin, "collect");
      assert.ok(Number(market_cap_usd) > 0);
    }
  });
});
