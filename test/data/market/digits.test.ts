import { strict as assert } from "node:assert";
import fc from "fast-check";
import { eightDigits } from "../../../data/market/digits";

describe("A price to eight digits", () => {
  it("is what rounding its text would give", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), (value) =>
        assert.equal(eightDigits(value), Number(value.toPrecision(8)) + 0),
      ),
      { numRuns: 2000 },
    );
  });

  it("keeps small and large ones apart", () => {
    assert.deepEqual(
      [0, 0.000012345678912, 0.1 + 0.2, 67123.456789, 999_999_999.5, 1.23456789e14].map(eightDigits),
      [0, 0.000012345679, 0.3, 67123.457, 1_000_000_000, 123_456_790_000_000],
    );
  });
});
