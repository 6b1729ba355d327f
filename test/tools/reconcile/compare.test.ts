import { strict as assert } from "node:assert";
import { compare, type HourCounts, type Totals } from "../../../tools/reconcile/compare";

const whole: HourCounts = {
  hour: "2026-01-02T03",
  stream: { rows: 10, distinct: 10 },
  raw: { rows: 10, distinct: 10 },
  csv: { rows: 10, distinct: 10 },
  view: 10,
};
const clean: Totals = { invalid: 0, quarantined: 0, failedDeliveries: 0, storeKeys: 3, storeItems: 3 };
const messages = (hour: Partial<HourCounts>, totals: Partial<Totals> = {}): string[] =>
  compare([{ ...whole, ...hour }], { ...clean, ...totals }).map((finding) => finding.message);

describe("compare", () => {
  it("finds nothing when all stages agree", () => {
    assert.deepEqual(messages({}), []);
  });

  it("allows repeats in the stream, raw and csv that the view removes", () => {
    assert.deepEqual(
      messages({
        stream: { rows: 12, distinct: 10 },
        raw: { rows: 13, distinct: 10 },
        csv: { rows: 11, distinct: 10 },
      }),
      [],
    );
  });

  it("names the stage and the hour of a loss", () => {
    assert.deepEqual(messages({ csv: { rows: 9, distinct: 9 }, view: 9 }), [
      "2026-01-02T03 csv: 9 of 10 events of the stream are in csv/",
    ]);
    assert.deepEqual(messages({ raw: { rows: 8, distinct: 8 } }), [
      "2026-01-02T03 raw: 8 of 10 events of the stream are in raw/",
    ]);
  });

  it("names a view that shows duplicates or misses rows", () => {
    assert.deepEqual(messages({ view: 11 }), [
      "2026-01-02T03 view: 11 of 10 distinct rows of csv/ are in the view",
    ]);
  });

  it("compares raw and view with csv where the stream has expired", () => {
    assert.deepEqual(messages({ stream: undefined }), []);
    assert.deepEqual(messages({ stream: undefined, raw: { rows: 0, distinct: 0 } }), [
      "2026-01-02T03 raw: 0 of 10 events of csv/ are in raw/",
    ]);
    assert.equal(messages({ stream: undefined, view: 9 }).length, 1);
  });

  it("reports every line of the stream that is neither stored nor quarantined", () => {
    assert.deepEqual(messages({}, { invalid: 2, quarantined: 1 }), [
      "quarantine: 1 rows for 2 invalid lines of the stream",
    ]);
    assert.deepEqual(messages({}, { invalid: 2, quarantined: 2 }), []);
  });

  it("counts items of the store against the lake's keys", () => {
    assert.deepEqual(messages({}, { storeItems: 2 }), ["store: 2 items for 3 keys of the lake"]);
    assert.deepEqual(messages({}, { storeKeys: undefined, storeItems: 2 }), []);
  });
});
