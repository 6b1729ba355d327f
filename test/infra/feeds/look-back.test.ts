import { strict as assert } from "node:assert";
import { bucketsFor } from "../../../infra/feeds/look-back";

describe("The look-back's items", () => {
  const cases: readonly (readonly [
    shards: number,
    mode: "PROVISIONED" | "ON_DEMAND",
    lanes: number,
    subjects: number,
    items: number,
  ])[] = [
    // One shard, and so one container at a time: all subjects in one item, until it would be too large.
    [1, "PROVISIONED", 4, 250, 1],
    [1, "PROVISIONED", 4, 251, 2],
    [1, "PROVISIONED", 4, 5000, 20],
    // Several shards: an item has the subjects of one lane, and a lane's records are in one shard.
    [2, "PROVISIONED", 8, 250, 8],
    [2, "PROVISIONED", 8, 5000, 24],
    // A stream on demand may have several shards at any time.
    [1, "ON_DEMAND", 16, 250, 16],
  ];
  for (const [shards, mode, lanes, subjects, items] of cases)
    it(`of ${subjects} subjects in ${lanes} lanes are ${items}: ${mode}, ${shards} shards`, () => {
      const stream = { mode, shards, retentionHours: 24, readers: "shared" } as const;
      assert.equal(bucketsFor(stream, lanes, subjects), items);
      // A lane's subjects never share an item with another lane's.
      if (mode === "ON_DEMAND" || shards > 1) assert.equal(items % lanes, 0);
    });
});
