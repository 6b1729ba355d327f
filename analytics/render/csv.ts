import { isNumber, type RenderInput, type RenderOptions } from "./model";

/** RFC 4180 with a header; NULL is the empty field, empty text a pair of quotes. */
export const csv = (input: RenderInput, options: RenderOptions): AsyncGenerator<string> =>
  delimited(input, options, ",", (text) =>
    /^$|[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text,
  );

/** Tabs and line ends in text become spaces: the format has no quoting. */
export const tsv = (input: RenderInput, options: RenderOptions): AsyncGenerator<string> =>
  delimited(input, options, "\t", (text) => text.replace(/[\t\r\n]+/g, " "));

async function* delimited(
  { columns, rows }: RenderInput,
  { raw = false }: RenderOptions,
  delimiter: string,
  encode: (text: string) => string,
): AsyncGenerator<string> {
  const guards = columns.map((column) => !raw && !isNumber(column.type));
  const cell = (text: string | null, at: number): string =>
    text === null ? "" : encode(guards[at] ? disarmed(text) : text);
  const head = columns.map((column) => encode(raw ? column.name : disarmed(column.name))).join(delimiter);
  yield `${head}\n`;
  for await (const batch of rows)
    if (batch.length > 0) yield `${batch.map((row) => row.map(cell).join(delimiter)).join("\n")}\n`;
}

/** A spreadsheet takes text that begins so for a formula; an apostrophe makes it text again. */
const disarmed = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
