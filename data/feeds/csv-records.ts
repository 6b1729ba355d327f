/** One record of a CSV file: its fields, or the reason why its line cannot be read. */
export type CsvRecord = {
  /** Line in the file, from 1. */
  readonly number: number;
  /** The record as the file has it, without its last line break. */
  readonly text: string;
} & ({ readonly fields: readonly string[] } | { readonly reason: string });

/** Lines that a quoted field may span. A longer one is taken for a stray quote. */
const MOST_LINES = 200;

/**
 * Reads CSV of unknown quality. A quote that is not closed spoils only its own line, and a quote inside an unquoted field
 * is text. Blank lines are skipped.
 */
export function* csvRecords(text: string): Generator<CsvRecord> {
  let number = 0;
  let width: number | undefined;
  for (let start = text.charCodeAt(0) === 0xfeff ? 1 : 0; start < text.length; ) {
    number++;
    const end = endOfLine(text, start);
    const line = withoutReturn(text.slice(start, end));
    if (line.trim() === "") {
      start = end + 1;
      continue;
    }
    if (!line.includes('"')) {
      const fields = line.split(",");
      width ??= fields.length;
      yield { number, text: line, fields };
      start = end + 1;
      continue;
    }
    const read = readQuoted(text, start, end, width);
    if (typeof read === "string") {
      yield { number, text: line, reason: read };
      start = end + 1;
      continue;
    }
    width ??= read.fields.length;
    yield { number, text: withoutReturn(text.slice(start, read.after - 1)), fields: read.fields };
    number += read.lines - 1;
    start = read.after;
  }
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);

/** Reads a record whose quoted fields may span lines; the reason when it has none. */
function readQuoted(
  text: string,
  start: number,
  end: number,
  width: number | undefined,
): { fields: string[]; lines: number; after: number } | string {
  let last = end;
  for (let lines = 1; lines <= MOST_LINES; lines++) {
    const fields = split(withoutReturn(text.slice(start, last)));
    if (typeof fields !== "string") {
      if (lines > 1 && width !== undefined && fields.length !== width) return NOT_CLOSED;
      return { fields, lines, after: last + 1 };
    }
    if (fields !== NOT_CLOSED || last >= text.length) return lines === 1 ? fields : NOT_CLOSED;
    last = endOfLine(text, last + 1);
  }
  return NOT_CLOSED;
}

const NOT_CLOSED = "has a quote that is not closed";

function split(line: string): string[] | string {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    let field: string;
    if (line[at] === '"') {
      let close = at + 1;
      for (;;) {
        close = line.indexOf('"', close);
        if (close < 0) return NOT_CLOSED;
        if (line[close + 1] !== '"') break;
        close += 2;
      }
      field = line.slice(at + 1, close).replaceAll('""', '"');
      at = close + 1;
      if (at < line.length && line[at] !== ",") return "has text after a closing quote";
    } else {
      const comma = line.indexOf(",", at);
      field = line.slice(at, comma < 0 ? line.length : comma);
      at = comma < 0 ? line.length : comma;
    }
    fields.push(field);
    if (at >= line.length) return fields;
    at++;
  }
}
