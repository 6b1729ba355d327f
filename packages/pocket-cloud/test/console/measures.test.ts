import { strict as assert } from "node:assert";
import { MEASURES } from "../../console/pages/pipeline/measures";

describe("The errors of a stream on the overview", () => {
  it("are refused writes, not reads, which a consumer repeats without a loss", () => {
    assert.deepEqual(MEASURES.stream?.errors, ["WriteProvisionedThroughputExceeded"]);
  });
});
