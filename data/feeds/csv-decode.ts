import { parse } from "csv-parse/sync";
import { columnNames, type FeedDefinition } from "./contract";

/**
 * Parses the lake's CSV into text by column; "" means no value. A separate file, so that function bundles
 * contain no CSV parser.
 */
export function decodeCsv(feed: FeedDefinition, csv: string | Uint8Array): Record<string, string>[] {
  const text = typeof csv === "string" ? csv : Buffer.from(csv).toString("utf8");
  const columns = columnNames(feed);
  return unquoted(text, columns) ?? parse(text, { columns: [...columns], record_delimiter: "\n" });
}

/** Fast path for CSV without quotes. Returns undefined when the full parser is needed. */
function unquoted(text: string, columns: readonly string[]): Record<string, string>[] | undefined {
  if (text.includes('"')) return undefined;
  const rows: Record<string, string>[] = [];
  for (const line of text.endsWith("\n") ? text.slice(0, -1).split("\n") : text.split("\n")) {
    const cells = line.split(",");
    if (cells.length !== columns.length) return undefined;
    const row: Record<string, string> = {};
    for (const [at, column] of columns.entries()) row[column] = cells[at] ?? "";
    rows.push(row);
  }
  return rows;
}
