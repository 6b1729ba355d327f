import { strict as assert } from "node:assert";
import { gzipSync } from "node:zlib";
import { classify } from "../../../services/glue/crawler/formats/classify";

describe("A gzip bomb in a crawl", () => {
  it("is classified from a bounded part of its content", async () => {
    const million = gzipSync("3,4\n".repeat(250_000));
    const bomb = Buffer.concat([gzipSync("a,b\n"), ...Array.from({ length: 400 }, () => million)]);
    const maxRss = () => process.resourceUsage().maxRSS / 1024;
    const before = maxRss();
    const found = await classify(
      bomb.length,
      { head: async (length) => bomb.subarray(0, length), asFile: async () => undefined },
      [],
    );
    assert.equal(found?.format.classification, "csv");
    assert.ok(maxRss() - before < 200, `${Math.round(maxRss() - before)} MiB more`);
  });
});
