import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { feeds, type Row, validateRow } from "../../data/feeds";
import { readRetailFile } from "../../data/feeds/retail-file";
import { generatedFiles } from "../../data/generate";
import { samples } from "../../data/samples";

const root = join(__dirname, "..", "..");

describe("Generated files", () => {
  for (const [path, content] of generatedFiles())
    it(`${path} is what \`node --import tsx data/generate.ts\` makes`, () => {
      assert.equal(Buffer.compare(readFileSync(join(root, path)), content), 0);
    });
});

describe("Samples", () => {
  for (const [name, { feed }] of Object.entries(samples).filter(([file]) => file.endsWith(".ndjson")))
    it(`every line of ${name} is a row of ${feed}, unchanged by the validator`, () => {
      const contract = feeds[feed] ?? assert.fail();
      const lines = readFileSync(join(root, "data/samples", name), "utf8")
        .trimEnd()
        .split("\n");
      for (const line of lines) {
        const row = JSON.parse(line) as Row;
        assert.deepEqual(validateRow(contract, row), { ok: true, row });
      }
      assert.ok(lines.length >= 100);
    });

  it("retail.csv has every oddity of the real file, and every line of it is a row", async () => {
    const file = readRetailFile(readFileSync(join(root, "data/samples/retail.csv")));
    const rows: Row[] = [];
    for await (const { result } of file.lines())
      rows.push(result.ok ? result.row : assert.fail(result.reason));
    assert.equal(file.encoding, "latin1");
    assert.deepEqual(file.dates, { order: "month-first", by: "the file" });
    const some = (test: (row: Row) => boolean) => rows.some(test);
    assert.ok(some((row) => String(row.InvoiceNo).startsWith("C") && Number(row.Quantity) < 0));
    assert.ok(some((row) => row.CustomerID === null) && some((row) => row.Description === null));
    assert.ok(
      some((row) => String(row.Description).includes('"')) &&
        some((row) => String(row.Description).includes(",")),
    );
    assert.ok(
      some((row) => Number(row.UnitPrice) < 0) && some((row) => String(row.Description).includes("É")),
    );
    assert.deepEqual(rows.at(-1), rows[0]);
  });
});
