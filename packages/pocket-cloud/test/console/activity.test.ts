import { strict as assert } from "node:assert";
import type { Points } from "../../console/pages/kit/metrics";
import { activitiesOf, metricsOfNodes } from "../../console/pages/pipeline/activity";

describe("The activity of a stream on the overview", () => {
  it("has refused writes as errors, and not reads that a consumer repeats", () => {
    const node = { id: "stream/a", kind: "stream", name: "a" } as never;
    const metrics = metricsOfNodes([node]);
    assert.deepEqual(
      metrics.map(({ name }) => name),
      ["IncomingRecords", "WriteProvisionedThroughputExceeded"],
    );
    const now = Date.UTC(2026, 0, 1);
    const points: Points[] = [[[now - 60_000, 30]], [[now - 60_000, 2]], [[now - 60_000, 49]]];
    const activity = activitiesOf([node], points, now).get("stream/a");
    assert.deepEqual([activity?.total, activity?.errors], [30, 2]);
  });
});
