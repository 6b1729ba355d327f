import { strict as assert } from "node:assert";
import fc from "fast-check";
import { type Cells, ResultCsvParser } from "../../../tools/kit/athena-csv";

const write = (rows: readonly Cells[]): string =>
  rows
    .map(
      (row) => `${row.map((cell) => (cell === null ? "" : `"${cell.replaceAll('"', '""')}"`)).join(",")}\n`,
    )
    .join("");

describe("Athena's result files", () => {
  it("tells NULL from empty text", () => {
    const parser = new ResultCsvParser();
    assert.deepEqual(parser.push('"a","b"\n,""\n"x, ""y""","line\nend"\n'), [
      ["a", "b"],
      [null, ""],
      ['x, "y"', "line\nend"],
    ]);
    assert.deepEqual(parser.end(), []);
  });

  it("reads a last row without its newline", () => {
    const parser = new ResultCsvParser();
    assert.deepEqual([...parser.push('"a"\n"b"'), ...parser.end()], [["a"], ["b"]]);
  });

  it("reads back any rows, however the bytes are cut", () => {
    const cell = fc.option(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom('"', '""', ",", "\n", "\r\n", "")),
      { nil: null },
    );
    const rows = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })));
    fc.assert(
      fc.property(rows, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (expected, cuts) => {
        const text = write(expected);
        const parser = new ResultCsvParser();
        const seen: Cells[] = [];
        for (let at = 0, turn = 0; at < text.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          seen.push(...parser.push(text.slice(at, at + size)));
          at += size;
        }
        assert.deepEqual([...seen, ...parser.end()], expected);
      }),
    );
  });
});
