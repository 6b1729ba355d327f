import { strict as assert } from "node:assert";
import { Evaluator } from "../sql/evaluate";

describe("A hostile query", () => {
  const evaluator = new Evaluator();
  before(() => evaluator.text("SELECT 1"));
  after(() => evaluator.stop());

  const texts = "FROM (VALUES 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab') t(x)";
  // The first group matches an empty text, which RE2 does not tell from none, so V8 matches again.
  for (const pattern of ["(x?)(?:(a+)+$|a)", "(?i)(x?)(?:(A+)+$|a)", "(x?)(?:(a{1,200})+$|a)"])
    it(`with the pattern ${pattern} ends within seconds`, async () => {
      const begun = performance.now();
      const text = await evaluator.text(
        `SELECT cardinality(regexp_extract_all(x, '${pattern}', 1)) ${texts}`,
      );
      const millis = performance.now() - begun;
      assert.ok(millis < 3000, `${Math.round(millis)} ms: ${text}`);
      assert.equal(await evaluator.text("SELECT 1"), "1");
    });

  it("cannot build an array that does not fit in memory", async () => {
    const refusal = (limit: string) =>
      `INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be ${limit}`;
    assert.equal(
      await evaluator.text("SELECT cardinality(repeat('a', 1000000000))"),
      refusal("less than or equal to 10000"),
    );
    assert.equal(
      await evaluator.text("SELECT cardinality(repeat('a', x)) FROM (VALUES -1) t(x)"),
      refusal("greater than or equal to 0"),
    );
    assert.equal(await evaluator.text("SELECT cardinality(repeat('a', 10000))"), "10000");
  });
});
