import { strict as assert } from "node:assert";
import fc from "fast-check";
import { canonicalInstant, defineFeed, feeds, validateRow } from "../../data/feeds";
import { crypto } from "../../data/feeds/crypto";
import { retail } from "../../data/feeds/retail";
import { stocks } from "../../data/feeds/stocks";

const good = {
  coin_id: "bitcoin",
  symbol: "btc",
  name: "Bitcoin",
  price_usd: 64000.5,
  market_cap_usd: 1e12,
  market_cap_rank: 1,
  volume_24h_usd: 1e9,
  high_24h_usd: 65000,
  low_24h_usd: 63000,
  change_24h_pct: 1.5,
  circulating_supply: 19700000,
  last_updated: "2026-01-02T03:04:05.678Z",
  event_time: "2026-01-02T03:05:00.000Z",
  origin: "poll",
};

const refusal = (change: Record<string, unknown>) => {
  const result = validateRow(crypto, { ...good, ...change });
  return result.ok ? "accepted" : [result.column, result.value, result.reason];
};

describe("validateRow", () => {
  it("takes a row as it is", () => {
    assert.deepEqual(validateRow(crypto, good), { ok: true, row: good });
  });

  it("reports unknown fields, does not store them, and keeps the contract's order", () => {
    const result = validateRow(crypto, { extra: 1, ...Object.fromEntries(Object.entries(good).reverse()) });
    assert.deepEqual(Object.keys(result.ok ? result.row : {}), Object.keys(crypto.columns));
    assert.deepEqual(result.unknown, ["extra"]);
    assert.deepEqual(validateRow(crypto, { ...good, price_usd: -1, a: 1, b: 2 }).unknown, ["a", "b"]);
  });

  it("takes Firehose's demo data, whose names are upper case", () => {
    assert.deepEqual(
      validateRow(
        stocks,
        { TICKER_SYMBOL: "QXZ", SECTOR: "HEALTHCARE", CHANGE: -0.05, PRICE: 84.51 },
        "2026-01-02T03:04:05.678Z",
      ),
      {
        ok: true,
        row: {
          ticker_symbol: "QXZ",
          sector: "HEALTHCARE",
          change: -0.05,
          price: 84.51,
          event_time: "2026-01-02T03:04:05.678Z",
        },
      },
    );
  });

  it("takes declared aliases, spelled with spaces, case and underscores as sources like", () => {
    const row = (customer: Record<string, string>) =>
      validateRow(retail, {
        Invoice: "536365",
        stock_code: "85123A",
        Description: "LANTERN",
        Quantity: 6,
        "Invoice Date": "2010-12-01T08:26:00Z",
        Price: 2.55,
        Country: "France",
        ...customer,
      });
    for (const customer of [{ Customer: "17850" }, { "Customer ID": "17850" }, { CUSTOMERID: "17850" }]) {
      const result = row(customer);
      assert.deepEqual(result.ok && [result.row.CustomerID, result.row.UnitPrice, result.row.StockCode], [
        "17850",
        2.55,
        "85123A",
      ]);
      assert.equal(result.unknown, undefined);
    }
  });

  it("prefers the contract's own name to an alias, whatever the order, and reports the other", () => {
    for (const value of [
      { ...good, Price_USD: 1 },
      { Price_USD: 1, ...good },
    ]) {
      const result = validateRow(crypto, value);
      assert.deepEqual([result.ok && result.row.price_usd, result.unknown], [64000.5, ["Price_USD"]]);
    }
  });

  it("names column, value and reason of a bad row", () => {
    assert.deepEqual(refusal({ price_usd: null }), ["price_usd", null, "missing"]);
    assert.deepEqual(refusal({ price_usd: Number.NaN }), ["price_usd", Number.NaN, "not a finite number"]);
    assert.deepEqual(refusal({ price_usd: -1 }), ["price_usd", -1, "below 0"]);
    assert.deepEqual(refusal({ price_usd: "12,5" }), ["price_usd", "12,5", "not a finite number"]);
    assert.deepEqual(refusal({ market_cap_rank: 1.5 }), [
      "market_cap_rank",
      1.5,
      "not a whole number within ±2^53",
    ]);
    assert.deepEqual(refusal({ origin: "guess" }), [
      "origin",
      "guess",
      "not one of poll, fallback, collect, backfill",
    ]);
    assert.deepEqual(refusal({ coin_id: "" }), ["coin_id", "", "missing"]);
    assert.deepEqual(refusal({ name: "a\nb" }), ["name", "a\nb", "holds a line break"]);
    assert.deepEqual(refusal({ name: "a\ud800" }), ["name", "a\ud800", "holds half a surrogate pair"]);
    assert.deepEqual(refusal({ symbol: "x".repeat(65) })[2], "longer than 64 characters");
    assert.deepEqual(refusal({ name: "a\u0001" })[2], "holds U+0001, which the lake's CSV cannot");
    assert.deepEqual(
      refusal({ event_time: "2026-02-30T00:00:00Z" })[2],
      "not an instant such as 2026-01-02T03:04:05.678Z",
    );
  });

  it("refuses a contract in which one name means two columns", () => {
    const feed = defineFeed({
      ...stocks,
      name: "ambiguous",
      columns: { ...stocks.columns, price: { type: "double", aliases: ["Sector"], doc: "" } },
    });
    assert.throws(
      () => validateRow(feed, { other: 1 }),
      /feed ambiguous: "Sector" names both sector and price/,
    );
  });

  it("refuses what is no object", () => {
    for (const value of [null, undefined, 1, "x", [], [good]])
      assert.deepEqual(validateRow(crypto, value), {
        ok: false,
        column: null,
        value,
        reason: "not a JSON object",
      });
  });

  it("reads numbers from text, and empty text as nothing", () => {
    const result = validateRow(crypto, {
      ...good,
      price_usd: "64000.50",
      market_cap_rank: "7",
      volume_24h_usd: "",
    });
    assert.deepEqual(
      result.ok && [result.row.price_usd, result.row.market_cap_rank, result.row.volume_24h_usd],
      [64000.5, 7, null],
    );
  });

  it("never throws on arbitrary JSON, and never touches prototypes", () => {
    const names = fc.constantFrom(...Object.keys(crypto.columns), "__proto__", "constructor", "toString");
    const values = fc.oneof(fc.jsonValue(), fc.constant({ __proto__: { polluted: 1 } }));
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.array(fc.tuple(names, values)).map(toJson)), (text) => {
        const value: unknown = JSON.parse(text);
        for (const feed of Object.values(feeds)) {
          const result = validateRow(feed, value);
          if (result.ok) assert.deepEqual(Object.keys(result.row), Object.keys(feed.columns));
        }
        assert.equal(({} as Record<string, unknown>).polluted, undefined);
      }),
    );
  });

  it("takes its own rows again unchanged", () => {
    const result = validateRow(crypto, JSON.parse(JSON.stringify(good)));
    assert.ok(result.ok);
    assert.deepEqual(validateRow(crypto, result.row), result);
  });
});

const toJson = (entries: readonly (readonly [string, unknown])[]): string =>
  `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;

describe("canonicalInstant", () => {
  for (const [text, expected] of [
    ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"],
    ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
    ["2026-01-02T03:04Z", "2026-01-02T03:04:00.000Z"],
    ["2026-01-02 03:04:05.678", "2026-01-02T03:04:05.678Z"],
    ["2026-01-01T00:30:00+02:00", "2025-12-31T22:30:00.000Z"],
    ["2026-01-01T00:30:00-0130", "2026-01-01T02:00:00.000Z"],
    ["2028-02-29T23:59:59.999Z", "2028-02-29T23:59:59.999Z"],
    ["2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05.123Z"],
    ["2026-02-29T00:00:00.000Z", undefined],
    ["2100-02-29T00:00:00.000Z", undefined],
    ["2026-13-01T00:00:00.000Z", undefined],
    ["2026-01-02T24:00:00.000Z", undefined],
    ["2026-01-02T03:60:00.000Z", undefined],
    ["2026-12-31T23:59:60.000Z", undefined],
    ["1969-12-31T23:59:59.999Z", undefined],
    ["02/01/2026", undefined],
    ["", undefined],
  ] as const)
    it(`${text || "nothing"} is ${expected ?? "no instant"}`, () => {
      assert.equal(canonicalInstant(text), expected);
    });

  it("keeps every instant's canonical text", () => {
    const days = fc.date({
      min: new Date(0),
      max: new Date("9999-12-31T23:59:59.999Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(days, (date) => assert.equal(canonicalInstant(date.toISOString()), date.toISOString())),
    );
  });
});
