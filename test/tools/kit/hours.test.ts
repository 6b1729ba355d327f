import { strict as assert } from "node:assert";
import { daysOf, inRange } from "../../../data/hours";
import { UsageError } from "../../../tools/kit/errors";
import { readHourRange } from "../../../tools/kit/hours";

const NOW = Date.parse("2026-01-02T12:20:00Z");

describe("readHourRange", () => {
  it("defaults to the last 24 hours with written buffers", () => {
    assert.deepEqual(readHourRange(undefined, undefined, NOW), {
      from: "2026-01-01T12",
      to: "2026-01-02T11",
    });
    assert.equal(readHourRange(undefined, undefined, NOW - 10 * 60_000).to, "2026-01-02T10");
  });

  it("takes whole days, and single hours", () => {
    assert.deepEqual(readHourRange("2026-01-01", "2026-01-01", NOW), {
      from: "2026-01-01T00",
      to: "2026-01-01T23",
    });
    assert.deepEqual(readHourRange("2026-01-01T05", "2026-01-01T07:30:00Z", NOW), {
      from: "2026-01-01T05",
      to: "2026-01-01T07",
    });
  });

  it("refuses an invalid time, naming option and value", () => {
    for (const wrong of ["yesterday", "2026-02-30", "2026-01-01T24", ""])
      assert.throws(
        () => readHourRange(wrong, undefined, NOW),
        (error: unknown) =>
          error instanceof UsageError && error.exitCode === 2 && error.message.includes(`"${wrong}"`),
      );
  });

  it("refuses a range that ends before it starts", () => {
    assert.throws(
      () => readHourRange("2026-01-02", "2026-01-01", NOW),
      /--from 2026-01-02 is after --to 2026-01-01/,
    );
  });
});

describe("HourRange", () => {
  it("includes both ends", () => {
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
