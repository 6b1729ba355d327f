import { strict as assert } from "node:assert";
import { gzipSync } from "node:zlib";
import { classify } from "../../../services/glue/crawler/formats/classify";
import { longestSilence } from "../../main-thread";
import { lab } from "./cloud";
import { Lake } from "./lake";

const MIB = 2 ** 20;
const lines = (count: number, line: (number: number) => string) =>
  Array.from({ length: count }, (_, number) => `${line(number)}\n`).join("");
const members = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `"k${from + i}":1`).join(",");

describe("Hostile content in a crawl", function () {
  this.timeout(300_000);

  const contents: readonly (readonly [name: string, content: Buffer, classification: string])[] = [
    ["of 10 MiB of brackets", Buffer.alloc(10 * MIB, "["), "UNKNOWN"],
    ["of 2 million opened objects", Buffer.from('{"a":'.repeat(2 * MIB)), "UNKNOWN"],
    ["of 10 MiB of quotes", Buffer.alloc(10 * MIB, '"'), "UNKNOWN"],
    ["of 10 MiB of empty lines", Buffer.alloc(10 * MIB, "\n"), "UNKNOWN"],
    ["of quotes and backslashes", Buffer.from('"a\\"'.repeat(2 * MIB)), "UNKNOWN"],
    ["of an object with 300,000 members", Buffer.from(`{${members(0, 300_000)}}\n`), "UNKNOWN"],
    [
      "of 1000 objects with other members each",
      Buffer.from(lines(1000, (number) => `{${members(80 * number, 80)}}`)),
      "csv",
    ],
    [
      "of rows nested 4000 levels deep",
      Buffer.from(lines(60, () => `${'[{"a":'.repeat(2000)}1${"}]".repeat(2000)}`)),
      "json",
    ],
    ["of numbers with 200,000 digits", Buffer.from(lines(5, () => `a,${"9".repeat(200_000)}`)), "csv"],
    ["of 500,000 columns", Buffer.from(lines(2, () => "1,".repeat(250_000))), "UNKNOWN"],
  ];
  for (const [name, content, classification] of contents)
    for (const bytes of [content, gzipSync(content)])
      it(`${name}${bytes === content ? "" : ", compressed,"} is classified, and the cloud keeps answering`, async () => {
        const object = {
          head: async (length: number) => bytes.subarray(0, length),
          asFile: async () => undefined,
        };
        const { value: found, millis } = await longestSilence(() => classify(bytes.length, object, []));
        assert.equal(found?.format.classification, classification);
        assert.ok(millis < 1000, `${Math.round(millis)} ms of processor time without an answer`);
      });

  it("of 2000 folders with other columns each becomes as many tables, and the cloud keeps answering", async () => {
    const at = await lab();
    try {
      const lake = await Lake.make(at, "folders");
      for (let folder = 0; folder < 2000; folder++)
        await lake.put(`landing/d${folder}/f.csv`, `a,b${folder},c${folder}\n1,2,3\n`);
      await lake.crawler("folders");
      const { value: found, millis } = await longestSilence(() => lake.run("folders"));
      assert.equal(found.LastCrawl?.Status, "SUCCEEDED");
      assert.ok(millis < 1000, `${Math.round(millis)} ms of processor time without an answer`);
    } finally {
      await at.end();
    }
  });
});
