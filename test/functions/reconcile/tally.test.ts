import { strict as assert } from "node:assert";
import { feeds } from "../../../data/feeds";
import { hourOf, Tally } from "../../../functions/reconcile/tally";

describe("Tally", () => {
  it("counts rows and distinct natural keys by event hour", () => {
    const crypto = feeds.crypto;
    assert.ok(crypto);
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

describe("hourOf", () => {
  it("reads an instant in JSON's form and in the lake's", () => {
    assert.equal(hourOf("2026-12-31T23:59:59.999Z"), "2026-12-31T23");
    assert.equal(hourOf("2026-12-31 23:59:59.999"), "2026-12-31T23");
  });

  it("returns undefined for anything else", () => {
    for (const value of [undefined, null, 5, "", "yesterday"]) assert.equal(hourOf(value), undefined);
  });
});
