import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pages";
import { reportCatalogue } from "./report-catalogue";

describe("docs/reports.md", function () {
  this.timeout(300_000);

  it("is what node --require tsx/cjs test/docs/generate.ts writes from the headers and the samples", async () => {
    assert.equal(readFileSync(join(root, "docs/reports.md"), "utf8"), await reportCatalogue());
  });
});
