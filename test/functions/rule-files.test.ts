import { strict as assert } from "node:assert";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkRuleFiles } from "../../functions/evaluate-rules/check-files";
import { temporaryDirectory } from "../support/temporary";

describe("checkRuleFiles", () => {
  const dir = temporaryDirectory();
  after(dir.remove);
  const path = join(dir.path, "crypto.json");
  beforeEach(() =>
    cpSync(join(__dirname, "../../functions/evaluate-rules/rules"), dir.path, { recursive: true }),
  );

  it("accepts the committed rules", () => {
    checkRuleFiles();
    checkRuleFiles(dir.path);
  });

  it("refuses a rule with its file and place", () => {
    writeFileSync(path, readFileSync(path, "utf8").replace('"severity": "', '"severity": "very-'));
    assert.throws(
      () => checkRuleFiles(dir.path),
      (error: Error) => {
        assert.ok(error.message.startsWith(`${path}: rules[0].severity is "very-`), error.message);
        return true;
      },
    );
  });

  it("refuses text that is no JSON", () => {
    writeFileSync(path, "{");
    assert.throws(() => checkRuleFiles(dir.path), /crypto\.json: .*JSON/);
  });
});
