import { strict as assert } from "node:assert";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FeedDefinition, feeds } from "../../data/feeds";
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

  it("refuses rules of a feed that rules/index.ts does not list, which the function would not find", () => {
    const stocks = { ...(feeds.stocks as FeedDefinition), watched: true };
    const rule = {
      name: "dear",
      description: "A share costs 100 USD or more.",
      severity: "info",
      once: "1h",
      when: { fact: "price", operator: "greaterThanInclusive", value: 100 },
      message: "{ticker_symbol} costs {price} USD",
    };
    writeFileSync(join(dir.path, "stocks.json"), JSON.stringify({ feed: "stocks", rules: [rule] }));
    writeFileSync(join(dir.path, "stocks.reference.json"), "{}");
    assert.throws(() => checkRuleFiles(dir.path, [stocks]), {
      exitCode: 1,
      message: `${join(dir.path, "index.ts")} does not list stocks, whose contract has watched: true`,
    });
  });

  it("refuses text that is no JSON", () => {
    writeFileSync(path, "{");
    assert.throws(() => checkRuleFiles(dir.path), /crypto\.json: .*JSON/);
  });
});
