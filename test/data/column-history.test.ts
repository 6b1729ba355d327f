import { strict as assert } from "node:assert";
import { defineFeed, feeds } from "../../data/feeds";
import { brokenHistory, type ColumnHistory, columnHistory } from "../../data/feeds/column-history";
import committed from "../../data/feeds/column-history.json";
import { stocks } from "../../data/feeds/stocks";

const histories = committed as unknown as Readonly<Record<string, ColumnHistory>>;
const { ticker_symbol, sector, change, price, event_time } = stocks.columns;
const changed = (columns: object) =>
  brokenHistory(defineFeed({ ...stocks, columns: columns as typeof stocks.columns }), columnHistory(stocks));

describe("A contract's committed history", () => {
  for (const feed of Object.values(feeds))
    it(`is kept by ${feed.name}`, () => {
      assert.equal(brokenHistory(feed, histories[feed.name] ?? assert.fail("not committed")), undefined);
    });

  it("allows a nullable column at the end", () => {
    assert.equal(
      changed({ ...stocks.columns, venue: { type: "string", nullable: true, doc: "" } }),
      undefined,
    );
  });

  for (const [name, columns, problem] of [
    [
      "a removed column",
      { ticker_symbol, sector, price, event_time },
      "column change is missing at position 3; columns are never removed or renamed",
    ],
    [
      "a renamed column",
      { ticker_symbol, industry: sector, change, price, event_time },
      "column sector is missing at position 2; columns are never removed or renamed",
    ],
    [
      "a column inserted in the middle",
      { ticker_symbol, venue: sector, sector, change, price, event_time },
      "column sector moved from position 2; new columns go last",
    ],
    [
      "a changed type",
      { ticker_symbol, sector, change: { ...change, type: "string" }, price, event_time },
      "column change is string; it was double, and types never change",
    ],
    [
      "a column that is no longer nullable",
      { ticker_symbol, sector: { type: "string", doc: "" }, change, price, event_time },
      "column sector is no longer nullable; files with empty values exist",
    ],
    [
      "a new column that is not nullable",
      { ...stocks.columns, venue: { type: "string", doc: "" } },
      "new column venue must be nullable; existing files do not have it",
    ],
  ] as const)
    it(`refuses ${name}`, () => {
      assert.equal(changed(columns), problem);
    });
});
