import { strict as assert } from "node:assert";
import { Random } from "../conformance/random";
import { isReference, readRecorded } from "../conformance/recorded";
import { run } from "../conformance/run";

/** A sample of the recorded answers of Trino. conformance.slow.test.ts runs all of them. */
const SAMPLE = 150;

describe("Trino's recorded answers", () => {
  it(`agree with a sample of ${SAMPLE}, or are refused with a reason`, async () => {
    const cases = readRecorded().filter(isReference);
    assert.ok(cases.length > 12_000);
    const outcomes = await run(new Random(7).some(cases, SAMPLE));
    assert.deepEqual(
      outcomes.flatMap(({ verdict, reason, test }) =>
        verdict === "wrong" ? [`${test.sql}: ${reason}`] : [],
      ),
      [],
    );
  });
});
