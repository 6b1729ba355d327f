import { strict as assert } from "node:assert";
import { parse } from "../../analytics/arguments";

describe("Arguments", () => {
  it("say in one line how a value that starts with a dash is given", () => {
    assert.throws(() => parse(["--limit", "-3"], { limit: { type: "string" } }), {
      exitCode: 2,
      message: "--limit takes a value; one that starts with a dash is written --limit=-3",
    });
    assert.deepEqual(parse(["--limit=-3"], { limit: { type: "string" } }).given.limit, "-3");
  });

  it("name what is known where an option is not, if anything is", () => {
    assert.throws(() => parse(["--limt", "3"], { limit: { type: "string" }, dir: { type: "string" } }), {
      message: "Unknown option '--limt'; known: --limit, --dir",
    });
    assert.throws(() => parse(["--dir", "x"], {}), {
      message: "Unknown option '--dir'; there are none here",
    });
  });
});
