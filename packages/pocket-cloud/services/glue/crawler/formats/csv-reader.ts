export interface CsvOptions {
  readonly delimiter: string;
  readonly quote: string;
  /** At most this many records are read. */
  readonly limit: number;
  /** Whether the text may end within a record. That record is left out. */
  readonly truncated: boolean;
}

export interface CsvRows {
  readonly rows: readonly (readonly string[])[];
  /** Whether any value is quoted. */
  readonly quoted: boolean;
}

/** Reads the records at the beginning of a text. Empty lines are skipped. */
export function readRows(text: string, { delimiter, quote, limit, truncated }: CsvOptions): CsvRows {
  const rows: string[][] = [];
  let row: string[] = [];
  let quoted = false;
  let at = 0;
  while (at < text.length && rows.length < limit) {
    let value = "";
    if (text.startsWith(quote, at)) {
      const end = closingQuote(text, quote, at + quote.length);
      if (end < 0) return { rows, quoted };
      value = text.slice(at + quote.length, end).replaceAll(quote + quote, quote);
      quoted = true;
      at = end + quote.length;
    }
    const end = fieldEnd(text, delimiter, at);
    const rest = text.slice(at, end);
    value += text[end] === delimiter ? rest : rest.replace(/\r$/, "");
    at = end;
    row.push(value);
    if (text[at] === delimiter) {
      at++;
      if (at === text.length && !truncated) row.push("");
      continue;
    }
    const complete = text[at] === "\n" || !truncated;
    at++;
    if (complete && !(row.length === 1 && row[0] === "")) rows.push(row);
    row = [];
  }
  if (row.length > 0 && !truncated && rows.length < limit) rows.push(row);
  return { rows, quoted };
}

function fieldEnd(text: string, delimiter: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === delimiter || text[at] === "\n") return at;
  return text.length;
}

/** The index of the quote that ends a value. A doubled quote is part of the value. */
function closingQuote(text: string, quote: string, from: number): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 2))
    if (text[at + 1] !== quote) return at;
  return -1;
}
