import { strict as assert } from "node:assert";
import { feeds } from "../../../data/feeds";
import { describe as describeResults } from "../../../tools/compact/command";

const { crypto = assert.fail() } = feeds;

describe("npm run compact", () => {
  it("says per day what it did, and why not", () => {
    const text = describeResults([
      {
        feed: crypto,
        days: [
          { day: "2026-01-01", outcome: "compacted", rows: 72_000, reason: "" },
          { day: "2026-01-02", outcome: "failed", rows: 0, reason: "the run is not what it was made of" },
          { day: "2026-01-03", outcome: "postponed", rows: 0, reason: "rows arrive while it is compacted" },
          { day: "2026-01-04", outcome: "shown", rows: 0, reason: "verified by an earlier run" },
        ],
        behind: 2,
      },
    ]);
    assert.deepEqual(text.split("\n"), [
      "crypto",
      "  2026-01-01 compacted, 72000 rows",
      "  ! 2026-01-02 failed: the run is not what it was made of",
      "  2026-01-03 postponed: rows arrive while it is compacted",
      "  2026-01-04 shown: verified by an earlier run",
      "  2 days are still read from csv/, or lack late rows",
      "",
    ]);
  });

  it("says when nothing is left to do", () => {
    assert.equal(
      describeResults([{ feed: crypto, days: [], behind: 0 }]),
      "crypto\n  every closed day is in history\n",
    );
  });
});
