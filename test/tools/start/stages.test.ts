import { strict as assert } from "node:assert";
import { wrapped } from "../../../tools/start/live-view";
import { renderStages, Stages } from "../../../tools/start/stages";

describe("Stages", () => {
  it("counts writes by feed and objects by prefix, with the time of the last one", () => {
    let now = 1000;
    const stages = new Stages(() => now);
    stages.streamed("arn:aws:kinesis:us-east-1:000000000000:stream/pricelake-local-posts");
    stages.streamed("arn:aws:kinesis:us-east-1:000000000000:stream/gecko");
    stages.stored("csv/crypto/dt=2026-01-02/hour=03/a.csv");
    now = 4000;
    stages.stored("csv/crypto/dt=2026-01-02/hour=04/b.csv");
    stages.stored("results/x.csv");
    assert.deepEqual(stages.shown(), [
      { name: "stream", unit: "writes", count: 2, base: 0, last: 1000 },
      { name: "posts", unit: "writes", count: 1, base: 0, last: 1000 },
      { name: "csv", unit: "objects", count: 2, base: 0, last: 4000 },
      { name: "raw", unit: "objects", count: 0, base: 0, last: undefined },
    ]);
  });

  it("shows quarantine, errors and failed batches once there are any", () => {
    const stages = new Stages(() => 0);
    stages.stored("quarantine/crypto/dt=2026-01-02/a.json");
    stages.stored("aws/lambda/id/shard/b");
    assert.deepEqual(
      stages.shown().map(({ name }) => name),
      ["stream", "csv", "raw", "quarantine", "discarded"],
    );
  });
});

describe("wrapped", () => {
  it("breaks a long note at spaces, so that its end is not cut off", () => {
    assert.deepEqual(wrapped("  ! polls fail since 03:04; the next poll is at 03:05", 24), [
      "  ! polls fail since",
      "    03:04; the next poll",
      "    is at 03:05",
    ]);
    assert.deepEqual(wrapped("x".repeat(30), 24), ["x".repeat(24), `    ${"x".repeat(6)}`]);
  });
});

describe("renderStages", () => {
  it("prints count, rate and time since the last change", () => {
    assert.deepEqual(
      renderStages(
        [
          { name: "csv", unit: "objects", count: 140, base: 20, last: 60_000 },
          { name: "raw", unit: "objects", count: 0, base: 0, last: undefined },
        ],
        360_000,
        10,
      ),
      ["  csv             140 objects     12.0/s  5 min ago", "  raw               0 objects      0.0/s"],
    );
  });
});
