import { strict as assert } from "node:assert";
import { exclusionMatcher } from "../../../services/glue/crawler/exclusions";

describe("Exclude patterns of crawlers", () => {
  for (const [pattern, path, expected] of [
    ["*.csv", "a.csv", true],
    ["*.csv", "folder/a.csv", false],
    ["**.csv", "folder/a.csv", true],
    ["errors/**", "errors/2026/a.json", true],
    ["errors/**", "errors", false],
    ["**/market*", "eu/market.csv", true],
    ["**/market*", "market.csv", false],
    ["?.csv", "a.csv", true],
    ["?.csv", "/.csv", false],
    ["[a-c].csv", "b.csv", true],
    ["[!a-c].csv", "b.csv", false],
    ["**.{tmp,bak}", "folder/notes.bak", true],
    ["*.csv", ".hidden.csv", true],
    ["a+(b)", "a+(b)", true],
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
  ] as const)
    it(`${pattern} ${expected ? "matches" : "does not match"} ${path}`, () =>
      assert.equal(exclusionMatcher([pattern])(path), expected));
});
