import { strict as assert } from "node:assert";
import type { Source } from "../../../data/history/source";
import { groupsOf } from "../../../functions/compact/groups";

describe("Days that are verified together", () => {
  const day = (name: number, { history = false, megabytes = 1 } = {}) => {
    const source: Source = { history };
    return { name, source, bytes: megabytes * 1_000_000 };
  };
  const names = (days: ReturnType<typeof day>[]) =>
    groupsOf(days).map((group) => group.days.map(({ name }) => name));

  it("are four at most", () => {
    assert.deepEqual(names([1, 2, 3, 4, 5].map((each) => day(each))), [[1, 2, 3, 4], [5]]);
    assert.deepEqual(names([]), []);
  });

  it("have the same source", () => {
    const days = [day(1), day(2, { history: true }), day(3, { history: true }), day(4)];
    assert.deepEqual(names(days), [[1], [2, 3], [4]]);
    assert.deepEqual(
      groupsOf(days).map(({ source }) => source),
      [{ history: false }, { history: true }, { history: false }],
    );
  });

  it("have no more than 24 MiB of CSV together, and a larger day is alone", () => {
    assert.deepEqual(names([12, 12, 12, 900, 1, 1].map((megabytes, index) => day(index, { megabytes }))), [
      [0, 1],
      [2],
      [3],
      [4, 5],
    ]);
  });
});
