import { strict as assert } from "node:assert";
import { backfill } from "../../../tools/backfill/command";
import { UsageError } from "../../../tools/kit/errors";

describe("npm run backfill", () => {
  it("says what to add when --from-gaps is missing", async () => {
    const message =
      "add --from-gaps, which fills the gaps of the last 24 hours, or of --from to --to; " +
      "--from-gaps --dry-run shows them and sends nothing";
    await assert.rejects(backfill.run(["--dry-run"]), new UsageError(message));
  });
});
