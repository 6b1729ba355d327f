import { strict as assert } from "node:assert";
import { inferChart } from "../../../analytics/render/chart/infer";

const time = { name: "bucket", type: "timestamp" };
const coin = { name: "coin_id", type: "varchar" };
const count = { name: "n", type: "bigint" };
const price = (name: string) => ({ name, type: "double" });

describe("The chart of a query without a declared one", () => {
  it("is a line over time, one for each value of a text column", () => {
    assert.deepEqual(inferChart([coin, time, price("usd"), count]), {
      kind: "line",
      columns: { x: ["bucket"], y: ["usd"], series: ["coin_id"] },
    });
    assert.deepEqual(inferChart([{ name: "day", type: "date" }, count]), {
      kind: "line",
      columns: { x: ["day"], y: ["n"] },
    });
  });

  it("is candles when the columns are named so", () => {
    assert.deepEqual(
      inferChart([time, price("open_usd"), price("high_usd"), price("low_usd"), price("close_usd")]),
      {
        kind: "candlestick",
        columns: {
          x: ["bucket"],
          open: ["open_usd"],
          high: ["high_usd"],
          low: ["low_usd"],
          close: ["close_usd"],
        },
      },
    );
  });

  it("is bars for texts with numbers, and for numbers alone", () => {
    assert.deepEqual(inferChart([coin, count]), { kind: "bar", columns: { x: ["coin_id"], y: ["n"] } });
    assert.deepEqual(inferChart([{ name: "weekday", type: "integer" }, count]), {
      kind: "bar",
      columns: { x: ["weekday"], y: ["n"] },
    });
  });

  it("is none without a number beside something that names it", () => {
    assert.equal(inferChart([count]), undefined);
    assert.equal(inferChart([coin, time]), undefined);
  });
});
