import { strict as assert } from "node:assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { crypto } from "../../../data/feeds/crypto";
import { hourOf, Tally, Undated } from "../../../functions/reconcile/tally";

describe("Tally", () => {
  it("counts rows and distinct natural keys by event hour", () => {
    const tally = new Tally(crypto);
    tally.add({ coin_id: "bitcoin", event_time: "2026-01-02T03:00:00.000Z" });
    tally.add({ coin_id: "bitcoin", event_time: "2026-01-02T03:00:00.000Z" });
    tally.add({ coin_id: "ethereum", event_time: "2026-01-02T03:00:00.000Z" });
    tally.add({ coin_id: "bitcoin", event_time: "2026-01-02 04:00:00.000" });
    assert.deepEqual(tally.hours(), ["2026-01-02T03", "2026-01-02T04"]);
    assert.equal(tally.rows("2026-01-02T03"), 3);
    assert.equal(tally.distinct("2026-01-02T03"), 2);
    assert.equal(tally.rows("2026-01-02T05"), 0);
  });
});

describe("Keys that another stage lacks", () => {
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({
      coin_id: `coin-${from + i}`,
      event_time: "2026-01-02T03:00:00.000Z",
    }));
  const tallyOf = (...all: readonly ReturnType<typeof rows>[]) => {
    const tally = new Tally(crypto);
    for (const row of all.flat()) tally.add(row);
    return tally;
  };

  it("are counted exactly", () => {
    const [all, early, late] = [
      tallyOf(rows(0, 50_000)),
      tallyOf(rows(0, 30_000)),
      tallyOf(rows(29_000, 49_990)),
    ];
    const hour = "2026-01-02T03";
    assert.equal(all.distinct(hour), 50_000);
    assert.equal(all.without(hour, early), 20_000);
    assert.equal(all.without(hour, early, late), 10);
    assert.equal(early.without(hour, all), 0);
    assert.equal(all.without("2026-01-02T04", early), 0);
  });

  it("of rows without an event time are counted with their repetitions", () => {
    const undated = (repeats: readonly number[]) => {
      const count = new Undated(crypto);
      repeats.forEach((times, coin) => {
        for (let i = 0; i < times; i++) count.add({ coin_id: `coin-${coin}`, event_time: String(i) });
      });
      return count;
    };
    assert.equal(undated([3, 1, 2, 5]).missingIn(undated([1, 1, 4])), 2 + 5);
    assert.equal(undated(Array(3000).fill(2)).missingIn(undated(Array(3000).fill(1))), 3000);
  });

  it("take at most 40 bytes each", () => {
    const EVENTS = 500_000;
    const tally = new Tally(crypto);
    const memory = () => {
      (globalThis as { gc?: () => void }).gc?.();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    setFlagsFromString("--expose-gc");
    (globalThis as { gc?: () => void }).gc ??= runInNewContext("gc") as () => void;
    const before = memory();
    for (let i = 0; i < EVENTS; i++)
      tally.add({ coin_id: `coin-${i % 250}`, event_time: new Date(1.77e12 + i).toISOString() });
    const bytes = (memory() - before) / EVENTS;
    assert.equal(
      tally.hours().reduce((sum, hour) => sum + tally.distinct(hour), 0),
      EVENTS,
    );
    assert.ok(bytes < 40, `${bytes.toFixed(1)} bytes an event`);
  });
});

describe("hourOf", () => {
  it("reads an instant in JSON's form and in the lake's", () => {
    assert.equal(hourOf("2026-12-31T23:59:59.999Z"), "2026-12-31T23");
    assert.equal(hourOf("2026-12-31 23:59:59.999"), "2026-12-31T23");
  });

  it("returns undefined for anything else", () => {
    for (const value of [undefined, null, 5, "", "yesterday"]) assert.equal(hourOf(value), undefined);
  });
});
