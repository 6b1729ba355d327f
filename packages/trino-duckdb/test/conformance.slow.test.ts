import { strict as assert } from "node:assert";
import { isReference, readRecorded } from "../conformance/recorded";
import { count } from "../conformance/report";
import { run } from "../conformance/run";

describe("Trino's recorded answers", () => {
  it("agree, or are refused with a reason: fewer than 15 %", async function () {
    this.timeout(15 * 60_000);
    const outcomes = await run(readRecorded().filter(isReference));
    assert.deepEqual(
      outcomes.flatMap(({ verdict, reason, test }) =>
        verdict === "wrong" ? [`${test.sql}: ${reason}`] : [],
      ),
      [],
    );
    assert.ok(count(outcomes, "refused") < 0.15 * outcomes.length);
  });
});
