import { strict as assert } from "node:assert";
import { waits } from "../../../functions/shared/athena";

const first = (count: number, usualMilliseconds: number): number[] => {
  const each = waits(usualMilliseconds);
  return Array.from({ length: count }, () => Math.round(each.next().value));
};

describe("The state of a statement is asked for", () => {
  it("soon, and then less often, when nothing is known about its kind", () => {
    assert.deepEqual(first(12, 0), [20, 30, 45, 68, 101, 152, 228, 342, 513, 769, 1000, 1000]);
  });

  it("first after half of the time that statements before it took", () => {
    assert.deepEqual(first(6, 3000), [1500, 300, 450, 675, 1000, 1000]);
    assert.deepEqual(first(4, 150), [75, 20, 30, 45]);
  });
});
