import { strict as assert } from "node:assert";
import { setImmediate as turn } from "node:timers/promises";
import { stocks } from "../../../data/feeds/stocks";
import { countCsv } from "../../../functions/reconcile/count-csv";
import { countRaw } from "../../../functions/reconcile/count-raw";

const NOW = Date.UTC(2026, 0, 2);
const ROWS = 50_000;

/** How often the event loop turns while work is done. */
async function turnsDuring(work: () => Promise<void>): Promise<number> {
  let turns = 0;
  let working = true;
  const count = (async () => {
    for (; working; turns++) await turn();
  })();
  await work();
  working = false;
  await count;
  return turns;
}

describe("countRaw", () => {
  it("counts an object of many rows in parts, between which timers run", async () => {
    const row = (i: number) => {
      const event_time = new Date(NOW - 3_600_000 + i).toISOString();
      return JSON.stringify({ ticker_symbol: "ALY", sector: null, change: null, price: 1, event_time });
    };
    const text = Array.from({ length: ROWS }, (_, i) => row(i)).join("\n");
    const key = "raw/stocks/dt=2026-01-01/hour=23/pricelake-local-stocks-raw-1";
    const lake = {
      objects: async function* (prefix: string) {
        if (prefix === "raw/stocks/dt=2026-01-01/") yield { key, text, modified: new Date(NOW - 3_600_000) };
      },
      feed: stocks,
      since: undefined,
      directDelivery: "pricelake-local-stocks-direct",
    };
    const turns = await turnsDuring(async () => {
      const { raw } = await countRaw(lake, { from: "2026-01-01T23", to: "2026-01-01T23" }, NOW);
      assert.equal(raw.tally.rows("2026-01-01T23"), ROWS);
    });
    assert.ok(turns >= 4, `the event loop turned ${turns} times`);
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

describe("countCsv", () => {
  it("counts an object of many rows in parts, between which timers run", async () => {
    const row = (i: number) =>
      `ALY,,,1,${new Date(NOW - 3_600_000 + i).toISOString().replace("T", " ").replace("Z", "")}`;
    const text = `${Array.from({ length: ROWS }, (_, i) => row(i)).join("\n")}\n`;
    const key = "csv/stocks/dt=2026-01-01/hour=23/1.csv";
    const lake = {
      objects: async function* (prefix: string) {
        if (prefix === "csv/stocks/dt=2026-01-01/") yield { key, text, modified: new Date(NOW - 3_600_000) };
      },
      feed: stocks,
      since: undefined,
      directDelivery: "pricelake-local-stocks-direct",
    };
    const turns = await turnsDuring(async () => {
      const { tally } = await countCsv(lake, { from: "2026-01-01T23", to: "2026-01-01T23" }, NOW);
      assert.equal(tally.rows("2026-01-01T23"), ROWS);
    });
    assert.ok(turns >= 4, `the event loop turned ${turns} times`);
  });
});
