import { strict as assert } from "node:assert";
import { median, meets, ratioOf } from "../../bench/bench";

const figure = { metric: "m", value: 30, unit: "u" };

describe("A bench's figure", () => {
  it("is judged by its ratio to what it is compared with", () => {
    const against = { what: "floor", value: 40 };
    assert.equal(ratioOf({ ...figure, against }), 0.75);
    assert.equal(meets({ ...figure, against, target: { atLeast: 0.75 } }), true);
    assert.equal(meets({ ...figure, against, target: { atLeast: 0.8 } }), false);
  });

  it("is judged by itself without one, and not at all without a target", () => {
    assert.equal(meets({ ...figure, target: { atMost: 30 } }), true);
    assert.equal(meets({ ...figure, target: { atMost: 29 } }), false);
    assert.equal(meets(figure), undefined);
  });

  it("median is the middle one", () => {
    assert.equal(median([3, 1, 2]), 2);
  });
});
