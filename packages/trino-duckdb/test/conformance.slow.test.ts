import { strict as assert } from "node:assert";
import { Random } from "../conformance/random";
import { isReference, readRecorded } from "../conformance/recorded";
import { count } from "../conformance/report";
import { run } from "../conformance/run";

/** All by default. */
const CASES = Number(process.env.CONFORMANCE_CASES ?? Number.POSITIVE_INFINITY);

describe("Trino's recorded answers", () => {
  it("agree, or are refused with a reason: fewer than 15 %", async function () {
    this.timeout(15 * 60_000);
    const cases = readRecorded().filter(isReference);
    const seed = Date.now() % 2 ** 31;
    if (CASES < cases.length) process.stderr.write(`a sample of ${CASES} cases with seed ${seed}\n`);
    const outcomes = await run(CASES < cases.length ? new Random(seed).some(cases, CASES) : cases);
    assert.deepEqual(
      outcomes.flatMap(({ verdict, reason, test }) =>
        verdict === "wrong" ? [`${test.sql}: ${reason}`] : [],
      ),
      [],
    );
    assert.ok(count(outcomes, "refused") < 0.15 * outcomes.length);
  });
});
