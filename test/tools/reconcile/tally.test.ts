import { strict as assert } from "node:assert";
import { feeds } from "../../../data/feeds";
import { daysOf, hourOf, inRange, Tally } from "../../../tools/reconcile/tally";

describe("Tally", () => {
  it("counts rows by event hour, repeats of a natural key apart", () => {
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

  it("knows no hour of anything else", () => {
    for (const value of [undefined, null, 5, "", "yesterday"]) assert.equal(hourOf(value), undefined);
  });
});

describe("a range", () => {
  it("has both its ends", () => {
    const range = { from: "2026-01-02T03", to: "2026-01-02T05" };
    assert.deepEqual(
      ["2026-01-02T02", "2026-01-02T03", "2026-01-02T05", "2026-01-02T06"].map((hour) =>
        inRange(hour, range),
      ),
      [false, true, true, false],
    );
  });

  it("touches every day between, through the year's end and a leap day", () => {
    assert.deepEqual(daysOf({ from: "2027-12-31T23", to: "2028-01-01T00" }), ["2027-12-31", "2028-01-01"]);
    assert.deepEqual(daysOf({ from: "2028-02-28T00", to: "2028-03-01T00" }), [
      "2028-02-28",
      "2028-02-29",
      "2028-03-01",
    ]);
  });
});
