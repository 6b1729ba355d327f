import { parse } from "csv-parse/sync";
import { columnNames, type FeedDefinition } from "./contract";

type TextRow = Record<string, string>;

/**
 * Parses the lake's CSV into text by column; "" means no value. Files written before a column was added have fewer
 * fields: missing columns at the end are "". A separate file, so that function bundles contain no CSV parser.
 */
export function decodeCsv(feed: FeedDefinition, csv: string | Uint8Array): TextRow[] {
  const text = typeof csv === "string" ? csv : Buffer.from(csv).toString("utf8");
  const columns = columnNames(feed);
  const required = requiredColumns(feed);
  return unquoted(text, columns, required) ?? quoted(text, columns, required);
}

/** The number of columns up to the last one that every row has. */
const requiredColumns = (feed: FeedDefinition): number =>
  Object.values(feed.columns).findLastIndex(({ nullable }) => !nullable) + 1;

/** Fast path for CSV without quotes. Returns undefined when the full parser is needed. */
function unquoted(text: string, columns: readonly string[], required: number): TextRow[] | undefined {
  if (text.includes('"')) return undefined;
  const rows: TextRow[] = [];
  for (const line of text.endsWith("\n") ? text.slice(0, -1).split("\n") : text.split("\n")) {
    const cells = line.split(",");
    if (cells.length > columns.length || cells.length < required) return undefined;
    const row: TextRow = {};
    for (const [at, column] of columns.entries()) row[column] = cells[at] ?? "";
    rows.push(row);
  }
  return rows;
}

function quoted(text: string, columns: readonly string[], required: number): TextRow[] {
  const rows: TextRow[] = parse(text, {
    columns: [...columns],
    record_delimiter: "\n",
    relax_column_count_less: required < columns.length,
  });
  for (const [i, row] of rows.entries()) {
    const fields = Object.keys(row).length;
    if (fields < required)
      throw new Error(`row ${i + 1} has ${fields} fields; rows have ${required} to ${columns.length}`);
    for (const column of columns.slice(fields)) row[column] = "";
  }
  return rows;
}
