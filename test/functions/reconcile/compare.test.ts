import { strict as assert } from "node:assert";
import { compare, type HourCounts, type Totals } from "../../../functions/reconcile/compare";

const counts = { rows: 10, distinct: 10, missing: 0, extra: 0 };
const whole: HourCounts = {
  hour: "2026-01-02T03",
  stream: { rows: 10, distinct: 10 },
  raw: counts,
  csv: counts,
  view: 10,
};
const clean: Totals = {
  invalid: 0,
  notQuarantined: 0,
  quarantined: 0,
  unknownFields: {},
  failedDeliveries: 0,
  direct: { rows: 0, refusedLines: 0, failedRecords: 0 },
  pending: 0,
  undated: { rows: 0, missing: 0 },
  storeItems: 3,
};
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
        raw: { ...counts, rows: 13 },
        csv: { ...counts, rows: 11 },
      }),
      [],
    );
  });

  it("names the stage and the hour of a loss", () => {
    assert.deepEqual(messages({ csv: { rows: 9, distinct: 9, missing: 1, extra: 0 }, view: 9 }), [
      "2026-01-02T03 csv: 1 of 10 events of the stream are not in csv/",
    ]);
    assert.deepEqual(messages({ raw: { rows: 8, distinct: 8, missing: 2, extra: 0 } }), [
      "2026-01-02T03 raw: 2 of 10 events of the stream are not in raw/",
    ]);
  });

  it("names events without a source", () => {
    assert.deepEqual(messages({ raw: { rows: 12, distinct: 12, missing: 0, extra: 2 } }), [
      "2026-01-02T03 raw: 2 events are in raw/ and not in the stream",
    ]);
  });

  it("names a view that shows duplicates or misses rows", () => {
    assert.deepEqual(messages({ view: 11 }), [
      "2026-01-02T03 view: 11 rows in the view for 10 distinct rows of csv/",
    ]);
  });

  it("compares raw and view with csv where the stream has expired", () => {
    assert.deepEqual(messages({ stream: undefined }), []);
    assert.deepEqual(messages({ stream: undefined, raw: { rows: 0, distinct: 0, missing: 10, extra: 0 } }), [
      "2026-01-02T03 raw: 10 of 10 events of csv/ are not in raw/",
    ]);
    assert.equal(messages({ stream: undefined, view: 9 }).length, 1);
  });

  it("reports every line of the stream that is neither stored nor quarantined", () => {
    assert.deepEqual(messages({}, { invalid: 2, quarantined: 1, notQuarantined: 1 }), [
      "quarantine: 1 of 2 invalid lines of the stream are not in quarantine/",
    ]);
    assert.deepEqual(messages({}, { invalid: 2, quarantined: 2 }), []);
  });

  it("reports rows without an event time that raw/ lacks", () => {
    assert.deepEqual(messages({}, { undated: { rows: 3, missing: 1 } }), [
      "raw: 1 of 3 events without an event time are not in raw/",
    ]);
  });
});
