import { strict as assert } from "node:assert";
import { describe as describeGaps } from "../../../tools/backfill/describe";
import { gapsIn } from "../../../tools/backfill/plan";

const at = (time: string): number => Date.parse(`2026-03-01T${time}:00Z`);
const range = { from: "2026-03-01T00", to: "2026-03-01T23" };
const planOf = (times: readonly string[]) => ({
  gaps: gapsIn(times.map(at), 300_000),
  spans: [],
  requests: 4,
  maxAge: 0,
});

describe("what backfill prints", () => {
  it("names the window when there is no gap, and where later ones are shown", () => {
    assert.equal(
      describeGaps(planOf(["10:00", "10:05"]), range, undefined),
      "crypto, 2026-03-01T00:00 to 2026-03-02T00:00 UTC: no gaps between polls; " +
        "price-gaps --since 2026-03-02T00:00Z shows later ones\n",
    );
  });

  it("names the window, its gaps and the requests", () => {
    assert.equal(
      describeGaps(planOf(["10:10", "10:30"]), range, undefined),
      [
        "crypto, 2026-03-01T00:00 to 2026-03-02T00:00 UTC: 1 gap",
        "2026-03-01T10:15 to 2026-03-01T10:25: 3 slots without a poll",
        "filling them takes 4 requests to the price source",
        "",
      ].join("\n"),
    );
  });
});
