import type { FeedDefinition, Row } from "./contract";
import { csvInstant } from "./instant";

/**
 * The lake's CSV as OpenCSVSerde has to be told of it. Quotes are doubled and nothing is escaped, but the SerDe always
 * has an escape character: a backslash unless told, even when told it is the quote. This one no text of a row holds.
 */
export const csvSerde = { separatorChar: ",", quoteChar: '"', escapeChar: "\u0001" } as const;

/** A CSV field as csv-stringify writes it: quoted only when it has to be. */
export function csvField(text: string): string {
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** "," separates, a quote quotes, and any sign of a line break would end the row. */
const needsQuotes = /[",\n\r]/;

/** One line of fields, with its newline. */
export const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(",")}\n`;

type FieldWriter = (row: Row) => string;
const compiled = new WeakMap<FeedDefinition, readonly FieldWriter[]>();

/** A row as the lake's CSV has it: columns in order, no header, instants in Trino's form, null as nothing. */
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

/** Line breaks as U+2028, the character that is one by name and that no reader of lines breaks at. */
export const oneLine = (text: string): string => text.replace(/\r\n|\r|\n/g, "\u2028");
