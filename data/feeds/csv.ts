import type { FeedDefinition, Row } from "./contract";
import { csvInstant } from "./instant";

/**
 * OpenCSVSerde's settings for the lake's CSV. Quotes are doubled, nothing is escaped. The SerDe cannot be
 * used without an escape character: it defaults to backslash, even when configured as the quote. U+0001 is
 * used because rows cannot contain it.
 */
export const csvSerde = { separatorChar: ",", quoteChar: '"', escapeChar: "\u0001" } as const;

/** Quotes a field only when needed, as csv-stringify does. */
function csvField(text: string): string {
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const needsQuotes = /[",\n\r]/;

export const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(",")}\n`;

type FieldWriter = (row: Row) => string;
const compiled = new WeakMap<FeedDefinition, readonly FieldWriter[]>();

/**
 * A row in the lake's CSV: columns in order, no header, timestamps in Trino's form, null as an empty field.
 */
export function encodeCsv(feed: FeedDefinition, row: Row): string {
  const writers = writersOf(feed);
  let line = "";
  for (let i = 0; i < writers.length; i++) line += i === 0 ? writers[i]?.(row) : `,${writers[i]?.(row)}`;
  return `${line}\n`;
}

function writersOf(feed: FeedDefinition): readonly FieldWriter[] {
  let writers = compiled.get(feed);
  if (!writers) {
    writers = Object.entries(feed.columns).map(([name, column]) => {
      if (column.type === "string") {
        const write = column.multiline ? (text: string) => csvField(oneLine(text)) : csvField;
        return (row: Row) => write(String(row[name] ?? ""));
      }
      if (column.type === "timestamp")
        return (row: Row) => (row[name] === null ? "" : csvInstant(String(row[name])));
      return (row: Row) => String(row[name] ?? "");
    });
    compiled.set(feed, writers);
  }
  return writers;
}

/** Replaces line breaks by U+2028 (LINE SEPARATOR), which line readers do not split at. */
export const oneLine = (text: string): string => text.replace(/\r\n|\r|\n/g, "\u2028");
