import { strict as assert } from "node:assert";
import fc from "fast-check";
import { fit } from "../../../analytics/render/fit";

describe("fit", () => {
  it("leaves what has room as it is", () => {
    assert.deepEqual(fit([4, 10, 6], [true, true, false], 24), { widths: [4, 10, 6], leftOut: 0 });
  });

  it("takes from the widest texts in turn, never from numbers", () => {
    assert.deepEqual(fit([20, 30, 12], [true, true, false], 50), { widths: [17, 17, 12], leftOut: 0 });
  });

  it("leaves out the last columns when texts are at their narrowest", () => {
    assert.deepEqual(fit([20, 30, 12], [true, true, false], 25), { widths: [11, 12], leftOut: 1 });
  });

  it("keeps one column, wider than the terminal if it must be", () => {
    assert.deepEqual(fit([40, 5], [false, false], 20), { widths: [40], leftOut: 1 });
  });

  it("fits any columns, or says how many it left out", () => {
    const column = fc.tuple(fc.integer({ min: 1, max: 80 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(column, { minLength: 1 }), fc.integer({ min: 1, max: 200 }), (columns, width) => {
        const natural = columns.map(([each]) => each);
        const { widths, leftOut } = fit(
          natural,
          columns.map(([, text]) => text),
          width,
        );
        assert.equal(widths.length + leftOut, columns.length);
        if (widths.length > 1) assert.ok(widths.reduce((sum, each) => sum + each + 2, -2) <= width);
        for (const [at, each] of widths.entries()) {
          assert.ok(each <= (natural[at] ?? 0));
          if (columns[at]?.[1] === false) assert.equal(each, natural[at]);
        }
      }),
    );
  });
});
