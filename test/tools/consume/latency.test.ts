import { strict as assert } from "node:assert";
import { latencies, percentile } from "../../../tools/consume/latency";

describe("Response times", () => {
  it("are the nearest-rank percentiles", () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    assert.deepEqual([percentile(values, 50), percentile(values, 95), percentile(values, 99)], [50, 95, 99]);
    assert.equal(percentile([7], 50), 7);
  });

  it("are described in words, and not at all without events", () => {
    const seen = latencies();
    assert.equal(seen.describe(), "");
    for (let i = 0; i < 98; i++) seen.add(12);
    seen.add(1500);
    seen.add(600_000);
    assert.equal(seen.describe(), "response time 50 % within 12 ms, 95 % within 12 ms, 99 % within 1.5 s");
  });
});
