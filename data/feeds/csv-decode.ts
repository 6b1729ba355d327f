import { parse } from "csv-parse/sync";
import { columnNames, type FeedDefinition } from "./contract";

/** Lake CSV back into objects of text by column; "" where there is no value. Apart, so that functions carry no parser. */
export function decodeCsv(feed: FeedDefinition, csv: string | Uint8Array): Record<string, string>[] {
  const text = typeof csv === "string" ? csv : Buffer.from(csv).toString("utf8");
  const columns = columnNames(feed);
  return unquoted(text, columns) ?? parse(text, { columns: [...columns], record_delimiter: "\n" });
}

/** Nearly every object has no quote in it; undefined where one needs the parser, or its error. */
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
