import { strict as assert } from "node:assert";
import fc from "fast-check";
import { daysIn, formatRanges, outside, parseRanges, rangesOf, within } from "../../../data/history/days";

const days = fc.uniqueArray(
  fc
    .integer({ min: 0, max: 60 })
    .map((n) => new Date(Date.UTC(2026, 1, 1) + n * 86_400_000).toISOString().slice(0, 10)),
);

describe("Days in history", () => {
  it("are the fewest ranges, across months and leap days", () => {
    assert.deepEqual(rangesOf(["2024-03-01", "2024-02-28", "2024-02-29", "2024-03-05"]), [
      { from: "2024-02-28", to: "2024-03-01" },
      { from: "2024-03-05", to: "2024-03-05" },
    ]);
  });

  it("survive being written and read", () => {
    assert.equal(
      formatRanges(rangesOf(["2026-01-01", "2026-01-02", "2026-01-07"])),
      "2026-01-01/2026-01-02 2026-01-07",
    );
    fc.assert(
      fc.property(days, (some) => {
        assert.deepEqual(daysIn(parseRanges(formatRanges(rangesOf(some)))), [...some].sort());
      }),
    );
  });

  it("refuses a text that is no range, by the part that is wrong", () => {
    assert.throws(
      () => parseRanges("2026-01-01 2026-02-30/x"),
      /^Error: "2026-02-30\/x" is no range of days; it must be YYYY-MM-DD or YYYY-MM-DD\/YYYY-MM-DD$/,
    );
    assert.throws(() => parseRanges("2026-01-01/'; DROP"), /is no range of days/);
  });

  it("have predicates of which exactly one holds for each day", () => {
    const holds = (predicate: string, dt: string): boolean => {
      const js = predicate
        .replace(/dt BETWEEN ('[^']*') AND ('[^']*')/g, "(dt >= $1 && dt <= $2)")
        .replaceAll(" = ", " === ")
        .replaceAll(" AND ", " && ")
        .replaceAll(" OR ", " || ");
      return new Function("dt", `return ${js}`)(dt) as boolean;
    };
    fc.assert(
      fc.property(days, days, (some, others) => {
        const ranges = rangesOf(some);
        for (const day of [...some, ...others]) {
          assert.equal(holds(within(ranges), day), some.includes(day));
          assert.equal(holds(outside(ranges), day), !some.includes(day));
        }
      }),
    );
  });

  it("have predicates of literals", () => {
    const ranges = rangesOf(["2026-01-01", "2026-01-02", "2026-01-07"]);
    assert.equal(within(ranges), "(dt BETWEEN '2026-01-01' AND '2026-01-02') OR (dt = '2026-01-07')");
    assert.equal(
      outside(ranges),
      "(dt < '2026-01-01') OR (dt > '2026-01-02' AND dt < '2026-01-07') OR (dt > '2026-01-07')",
    );
    assert.deepEqual([within([]), outside([])], ["false", "true"]);
  });
});
