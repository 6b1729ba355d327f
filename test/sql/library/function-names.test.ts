import { strict as assert } from "node:assert";
import { knownFunctions } from "../../../packages/trino-duckdb";
import { functionNames } from "../../../sql/library/function-names";

describe("the names of functions for suggestions", () => {
  it("are those of the SQL compiler, sorted, and each once", () => {
    const known = new Set(functionNames);
    assert.deepEqual(
      knownFunctions.filter((name) => !known.has(name)),
      [],
    );
    assert.deepEqual([...functionNames], [...known].sort());
  });
});
