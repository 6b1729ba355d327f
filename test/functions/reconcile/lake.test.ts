import { strict as assert } from "node:assert";
import { setImmediate as turn } from "node:timers/promises";
import { stocks } from "../../../data/feeds/stocks";
import { countRaw } from "../../../functions/reconcile/lake";

const NOW = Date.UTC(2026, 0, 2);
const ROWS = 20_000;

describe("countRaw", () => {
  it("counts an object of many rows in parts, between which timers run", async () => {
    const row = (i: number) => {
      const event_time = new Date(NOW - 3_600_000 + i).toISOString();
      return JSON.stringify({ ticker_symbol: "ALY", sector: null, change: null, price: 1, event_time });
    };
    const text = Array.from({ length: ROWS }, (_, i) => row(i)).join("\n");
    const key = "raw/stocks/dt=2026-01-01/hour=23/pricelake-local-stocks-raw-1";
    let turns = 0;
    let counting = true;
    const count = (async () => {
      for (; counting; turns++) await turn();
    })();
    const lake = {
      objects: async function* (prefix: string) {
        if (prefix === "raw/stocks/dt=2026-01-01/") yield { key, text, modified: new Date(NOW - 3_600_000) };
      },
      feed: stocks,
      since: undefined,
      directDelivery: "pricelake-local-stocks-direct",
    };
    const { raw } = await countRaw(lake, { from: "2026-01-01T23", to: "2026-01-01T23" }, NOW);
    counting = false;
    await count;
    assert.equal(raw.tally.rows("2026-01-01T23"), ROWS);
    assert.ok(turns >= 10, `the event loop turned ${turns} times`);
  });

  it("counts rows without an event time apart from the hours", async () => {
    const undated = JSON.stringify({ ticker_symbol: "ALY", price: 1 });
    const dated = JSON.stringify({ ticker_symbol: "ALY", price: 1, event_time: "2026-01-01T23:30:00.000Z" });
    const object = {
      key: "raw/stocks/dt=2026-01-01/hour=23/pricelake-local-stocks-raw-1",
      text: `${undated}\n${undated}\n${dated}\n`,
      modified: new Date(NOW - 3_600_000),
    };
    const lake = {
      objects: async function* (prefix: string) {
        if (prefix === "raw/stocks/dt=2026-01-01/") yield object;
      },
      feed: stocks,
      since: undefined,
      directDelivery: "pricelake-local-stocks-direct",
    };
    const { raw } = await countRaw(lake, { from: "2026-01-01T23", to: "2026-01-01T23" }, NOW);
    assert.deepEqual([raw.undated.total, raw.tally.hours()], [2, ["2026-01-01T23"]]);
  });
});
