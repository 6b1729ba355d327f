import { strict as assert } from "node:assert";
import fc from "fast-check";
import { expected, play, records, tries } from "./support/recut";

const sorted = (texts: Iterable<string>) => [...texts].sort();

describe("write-csv under crashes and re-cut batches", () => {
  it("loses nothing and repeats nothing while the checkpoint never falls back", async () => {
    await fc.assert(
      fc.asyncProperty(records, tries, async (stream, attempts) => {
        const lake = await play(stream, attempts, false);
        const wanted = expected(stream);
        assert.deepEqual(sorted(lake.ids), sorted(wanted.ids));
        assert.deepEqual(sorted(lake.quarantined), sorted(wanted.quarantined));
      }),
      { numRuns: 300 },
    );
  });

  it("loses nothing when the checkpoint is rolled back; repeated rows have one natural key", async () => {
    await fc.assert(
      fc.asyncProperty(records, tries, async (stream, attempts) => {
        const lake = await play(stream, attempts, true);
        const wanted = expected(stream);
        assert.deepEqual(sorted(new Set(lake.ids)), sorted(wanted.ids));
        assert.deepEqual(sorted(new Set(lake.quarantined)), sorted(wanted.quarantined));
      }),
      { numRuns: 300 },
    );
  });
});
