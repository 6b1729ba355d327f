import { strict as assert } from "node:assert";
import { backfill } from "../../../tools/backfill/command";

describe("npm run backfill", () => {
  it("says what to add when --from-gaps is missing", async () => {
    await assert.rejects(backfill.run(["--dry-run"]), {
      name: "UsageError",
      message:
        "add --from-gaps, which fills the gaps of the last 24 hours, or of --from to --to; " +
        "--from-gaps --dry-run shows them and sends nothing",
    });
  });
});
