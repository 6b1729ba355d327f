import { strict as assert } from "node:assert";
import { PollCounts } from "../../../analytics/lake/partitions";
import { sparseHours } from "../../../analytics/lake/polls";

const at = (hour: number) => Date.UTC(2026, 2, 1, hour);

/** Objects of each shard in each hour, from midnight on. */
function countsOf(...hours: readonly (readonly number[])[]): PollCounts {
  const counts = new PollCounts();
  hours.forEach((shards, hour) => {
    const partition = { dt: "2026-03-01", hour: String(hour).padStart(2, "0") };
    shards.forEach((count, shard) => {
      for (let i = 0; i < count; i++)
        counts.add(
          partition,
          `csv/crypto/dt=2026-03-01/hour=${partition.hour}/shardId-00${shard}-49${i}.csv`,
        );
    });
  });
  return counts;
}

const sparse = (counts: PollCounts, from: number, until: number) =>
  sparseHours(counts, from, until).map(({ hour, polls, usual }) => [hour.hour, polls, usual]);

describe("Hours with fewer polls than the median", () => {
  it("are reported with their polls and the median, for any number of shards", () => {
    assert.deepEqual(sparse(countsOf([12], [12], [9], [12]), at(0), at(4)), [["02", 9, 12]]);
    assert.deepEqual(sparse(countsOf([4, 4], [4, 3], [3, 3], [4, 4]), at(0), at(4)), [["02", 3, 4]]);
  });

  it("are whole hours: the current hour is not judged", () => {
    const counts = countsOf([12], [12], [12], [2]);
    assert.deepEqual(sparse(counts, at(0), at(3) + 600_000), []);
    assert.deepEqual(sparse(counts, at(0), at(4)), [["03", 2, 12]]);
  });

  it("are not reported for fewer than three hours, nor for an hour without polls", () => {
    assert.deepEqual(sparse(countsOf([12], [3]), at(0), at(2)), []);
    assert.deepEqual(sparse(countsOf([12], [], [12], [12]), at(0), at(4)), []);
  });
});
