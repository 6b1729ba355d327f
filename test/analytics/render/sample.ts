import type { RenderInput } from "../../../analytics/render/model";
import type { Cells } from "../../../tools/kit/athena-csv";

/** A result with the hard cases: NULL, empty text, formulas, markup, control characters, wide letters. */
export const sampleRows: readonly Cells[] = [
  ["1", "bitcoin", "2026-03-01 12:00:00.000", "67234.123456789", "-1.5", "9007199254740993", "true"],
  ["2", '=HYPERLINK("http://x","y")', "2026-03-01 12:05:00.000", "0.00000012345", "12.25", "0", "false"],
  ["3", "<script>alert('1')</script>", "2026-03-01 12:10:00.000", "1.0E10", null, "-5", null],
  ["4", 'esc\u001b[31m|pipe,"quoted"\nline', "2026-03-01 12:15:00.000", "0", "0.004", "1000000", "true"],
  ["5", "日本 🚀", null, null, "NaN", null, "true"],
  ["6", "", "2026-03-01 12:20:00.500", "-0.5", "3", "7", "true"],
];

export const sampleInput = (rows: readonly Cells[] = sampleRows, batch = 2): RenderInput => ({
  title: "Sample & more",
  description: 'Everything that is "awkward" <here>.',
  facts: [["--since", "2026-03-01 00:00:00.000 UTC"]],
  notes: ["Rows are *made up*."],
  chart: { kind: "bar", columns: { x: ["coin_id"], y: ["change_pct"] } },
  columns: [
    { name: "place", type: "bigint", doc: "1 is best" },
    { name: "coin_id", type: "varchar" },
    { name: "seen", type: "timestamp", unit: "UTC" },
    { name: "price_usd", type: "double", unit: "USD" },
    { name: "change_pct", type: "double", unit: "%", digits: 2 },
    { name: "big", type: "bigint" },
    { name: "flag", type: "boolean" },
  ],
  rows: batches(rows, batch),
});

export async function* batches(rows: readonly Cells[], size: number): AsyncGenerator<readonly Cells[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}
