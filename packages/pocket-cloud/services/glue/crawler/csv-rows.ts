export interface CsvOptions {
  readonly delimiter: string;
  readonly quote: string | undefined;
}

export interface CsvRows {
  readonly rows: readonly (readonly string[])[];
  /** Whether any value stood in quotes. */
  readonly quoted: boolean;
}

/**
 * The records at the beginning of a text. With `cut`, the text may end within a record, which is then left out.
 */
export function readRows(
  text: string,
  { delimiter, quote }: CsvOptions,
  most: number,
  cut: boolean,
): CsvRows {
  const rows: string[][] = [];
  let row: string[] = [];
  let quoted = false;
  let at = 0;
  while (at < text.length && rows.length < most) {
    let value: string;
    if (quote !== undefined && text.startsWith(quote, at)) {
      const end = closing(text, quote, at + quote.length);
      if (end < 0) return { rows, quoted };
      value = text.slice(at + quote.length, end).replaceAll(quote + quote, quote);
      quoted = true;
      at = end + quote.length;
      const rest = fieldEnd(text, delimiter, at);
      value += text.slice(at, rest).replace(/\r$/, "");
      at = rest;
    } else {
      const end = fieldEnd(text, delimiter, at);
      value = text.slice(at, end);
      if (text[end] === "\n" || end === text.length) value = value.replace(/\r$/, "");
      at = end;
    }
    row.push(value);
    if (text[at] === delimiter) {
      at++;
      if (at === text.length && !cut) row.push("");
      continue;
    }
    const whole = text[at] === "\n" || !cut;
    at++;
    if (whole && !(row.length === 1 && row[0] === "")) rows.push(row);
    row = [];
  }
  if (row.length > 0 && !cut && rows.length < most) rows.push(row);
  return { rows, quoted };
}

function fieldEnd(text: string, delimiter: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === delimiter || text[at] === "\n") return at;
  return text.length;
}

/** Index of the quote that ends a value; doubled quotes belong to it. */
function closing(text: string, quote: string, from: number): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 2))
    if (text[at + 1] !== quote) return at;
  return -1;
}
