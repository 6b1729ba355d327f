import { fromBase64, gunzip, hexDump, textOf } from "./decode";

/** The data of a record, decoded. */
export interface Content {
  /** The lines of text; one for each event of a pack. Empty when the data is no text. */
  readonly lines: readonly string[];
  readonly hex?: string;
  readonly gzip: boolean;
  readonly size: number;
}

export async function contentOf(base64: string): Promise<Content> {
  const raw = fromBase64(base64);
  const data = await gunzip(raw).catch(() => raw);
  const text = textOf(data);
  const common = { gzip: data !== raw, size: raw.length };
  if (text === undefined) return { lines: [], hex: hexDump(data), ...common };
  return { lines: text.split(/\r?\n/).filter((line) => line !== ""), ...common };
}

/** Text for searching, without waiting: compressed data is searched when it is shown only. */
export const searchText = (base64: string): string =>
  new TextDecoder().decode(fromBase64(base64)).toLowerCase();

/** Whether a record's partition key or data contains a word in lower case. Text of ASCII is found without decoding UTF-8. */
export const matcher =
  (word: string) =>
  ({ partitionKey, data }: { readonly partitionKey: string; readonly data: string }): boolean =>
    word === "" ||
    partitionKey.toLowerCase().includes(word) ||
    (ASCII.test(word) ? atob(data).toLowerCase() : searchText(data)).includes(word);

const ASCII = /^[\x20-\x7e]*$/;

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Lines that are JSON objects, as a table; undefined when a line is something else. */
export function rowsOf(lines: readonly string[]): Rows | undefined {
  const rows: Record<string, unknown>[] = [];
  for (const line of lines) {
    if (!line.startsWith("{")) return undefined;
    try {
      rows.push(JSON.parse(line) as Record<string, unknown>);
    } catch {
      return undefined;
    }
  }
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return rows.length > 0 ? { columns, rows } : undefined;
}
