import { parse } from "csv-parse/sync";
import { columnNames, type FeedDefinition } from "./contract";

/** Lake CSV back into objects of text by column; "" where there is no value. Apart, so that functions carry no parser. */
export function decodeCsv(feed: FeedDefinition, csv: string | Uint8Array): Record<string, string>[] {
  const text = typeof csv === "string" ? csv : Buffer.from(csv).toString("utf8");
  return parse(text, { columns: [...columnNames(feed)], record_delimiter: "\n" });
}
