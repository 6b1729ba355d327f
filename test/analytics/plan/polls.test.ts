import { strict as assert } from "node:assert";
import { thinHours, Writes } from "../../../analytics/plan/polls";

const at = (hour: number) => Date.UTC(2026, 2, 1, hour);

/** So many objects of each shard in each hour, from midnight on. */
function writesOf(...hours: readonly (readonly number[])[]): Writes {
  const writes = new Writes();
  hours.forEach((shards, hour) => {
    const partition = { dt: "2026-03-01", hour: String(hour).padStart(2, "0") };
    shards.forEach((count, shard) => {
      for (let i = 0; i < count; i++)
        writes.add(
          partition,
          `csv/crypto/dt=2026-03-01/hour=${partition.hour}/shardId-00${shard}-49${i}.csv`,
        );
    });
  });
  return writes;
}

const thin = (writes: Writes, from: number, until: number) =>
  thinHours(writes, from, until).map(({ hour, polls, usual }) => [hour.hour, polls, usual]);

describe("Hours written less often than most", () => {
  it("are named with what they have and what is usual, whatever the number of shards", () => {
    assert.deepEqual(thin(writesOf([12], [12], [9], [12]), at(0), at(4)), [["02", 9, 12]]);
    assert.deepEqual(thin(writesOf([4, 4], [4, 3], [3, 3], [4, 4]), at(0), at(4)), [["02", 3, 4]]);
  });

  it("are whole ones: the hour under way says nothing", () => {
    const writes = writesOf([12], [12], [12], [2]);
    assert.deepEqual(thin(writes, at(0), at(3) + 600_000), []);
    assert.deepEqual(thin(writes, at(0), at(4)), [["03", 2, 12]]);
  });

  it("are not told from a few hours, nor where an hour is missing whole", () => {
    assert.deepEqual(thin(writesOf([12], [3]), at(0), at(2)), []);
    assert.deepEqual(thin(writesOf([12], [], [12], [12]), at(0), at(4)), []);
  });
});
