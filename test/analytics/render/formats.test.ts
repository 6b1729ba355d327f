import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import fc from "fast-check";
import { csv } from "../../../analytics/render/csv";
import { formatNames, formats } from "../../../analytics/render/formats";
import type { RenderOptions } from "../../../analytics/render/model";
import type { Cells } from "../../../tools/kit/athena-csv";
import { batches, sampleInput, sampleRows, textOf } from "./sample";

const render = async (
  format: (typeof formatNames)[number],
  options: RenderOptions = {},
  rows = sampleRows,
  batch = 2,
) => textOf(formats[format]()(sampleInput(rows, batch), options));

describe("Formats", () => {
  for (const format of formatNames)
    it(`writes ${format} as in the golden file`, async () => {
      const path = join(__dirname, "golden", `sample.${format}.golden`);
      const text = await render(format);
      if (process.env.UPDATE_GOLDEN) writeFileSync(path, text);
      assert.equal(text, readFileSync(path, "utf8"));
    });

  for (const format of formatNames)
    it(`writes ${format} the same for any batch size, and without rows`, async () => {
      assert.equal(await render(format, {}, sampleRows, 1), await render(format, {}, sampleRows, 100));
      assert.ok((await render(format, {}, [])).endsWith(format === "ndjson" ? "" : "\n"));
    });

  it("keeps the digits of numbers in JSON, above 2^53 too", async () => {
    const text = await render("json");
    assert.match(text, /"big":9007199254740993/);
    assert.equal(JSON.parse(text)[4].change_pct, "NaN");
    assert.equal(JSON.parse(text)[0].seen, "2026-03-01T12:00:00.000Z");
  });

  it("escapes formulas in csv and tsv unless raw", async () => {
    assert.match(await render("csv"), /"'=HYPERLINK\(""http/);
    assert.match(await render("csv", { raw: true }), /,"=HYPERLINK/);
    assert.match(await render("tsv"), /\t'=HYPERLINK/);
  });

  it("does not escape negative numbers", async () => {
    assert.match(await render("csv"), /,-1\.5,9007199254740993,true\n/);
  });

  it("writes no control character of the data to a terminal", async () => {
    for (const format of ["table", "md"] as const)
      assert.doesNotMatch((await render(format)).replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f]/);
  });

  it("escapes markup in text", async () => {
    for (const format of ["html", "svg", "md"] as const)
      assert.ok(!(await render(format)).includes("<script>"));
  });

  it("allows a page only its own style", async () => {
    const text = await render("html");
    assert.match(text, /content="default-src &#39;none&#39;; style-src &#39;sha256-[A-Za-z0-9+/=]{44}&#39;;/);
    assert.doesNotMatch(text, /<script|\son[a-z]+=|\sstyle=|javascript:/i);
  });

  it("adds a title, a description and a table to a chart", async () => {
    const text = await render("html");
    assert.match(
      text,
      /<svg [^>]*role="img" aria-labelledby="chart-title chart-description"><title id="chart-title">Sample &amp; more/,
    );
    assert.equal(text.match(/<tr>/g)?.length, 7);
  });

  it("refuses a page of more than 5,000 rows before it writes anything", async () => {
    const rows = (count: number) => Array.from({ length: count }, (): Cells => sampleRows[0] ?? []);
    assert.match(await render("html", {}, rows(5_000), 1_000), /<\/html>/);
    await assert.rejects(render("html", {}, rows(5_001), 1_000), {
      message:
        "refused: the result has more than 5,000 rows, too many for an html page; choose --format csv, or ask for fewer rows",
    });
  });

  it("writes csv that csv-parse reads back to the same text", async () => {
    const cell = fc.option(fc.string({ unit: "grapheme" }), { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell)), async (rows) => {
        const columns = ["a", "b"].map((name) => ({ name, type: "varchar" }));
        const input = { title: "", description: "", columns, rows: batches(rows as Cells[], 3) };
        const [, ...read] = parseCsv(await textOf(csv(input, { raw: true })), {
          relax_column_count: true,
          record_delimiter: "\n",
        });
        assert.deepEqual(
          read,
          rows.map((row) => row.map((text) => text ?? "")),
        );
      }),
    );
  });
});
