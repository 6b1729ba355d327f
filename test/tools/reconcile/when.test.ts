import { strict as assert } from "node:assert";
import { rangeOf, WrongRange } from "../../../tools/reconcile/when";

const NOW = Date.parse("2026-01-02T12:20:00Z");

describe("rangeOf", () => {
  it("is the last 24 hours that have settled", () => {
    assert.deepEqual(rangeOf(undefined, undefined, NOW), { from: "2026-01-01T12", to: "2026-01-02T11" });
    assert.equal(rangeOf(undefined, undefined, NOW - 10 * 60_000).to, "2026-01-02T10");
  });

  it("takes whole days, and single hours", () => {
    assert.deepEqual(rangeOf("2026-01-01", "2026-01-01", NOW), {
      from: "2026-01-01T00",
      to: "2026-01-01T23",
    });
    assert.deepEqual(rangeOf("2026-01-01T05", "2026-01-01T07:30:00Z", NOW), {
      from: "2026-01-01T05",
      to: "2026-01-01T07",
    });
  });

  it("refuses what is no time, naming option and value", () => {
    for (const wrong of ["yesterday", "2026-02-30", "2026-01-01T24", ""])
      assert.throws(
        () => rangeOf(wrong, undefined, NOW),
        (error: unknown) =>
          error instanceof WrongRange && error.exitCode === 2 && error.message.includes(`"${wrong}"`),
      );
  });

  it("refuses a range that ends before it starts", () => {
    assert.throws(
      () => rangeOf("2026-01-02", "2026-01-01", NOW),
      /--from 2026-01-02 is after --to 2026-01-01/,
    );
  });
});
