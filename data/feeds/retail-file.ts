import { isUtf8 } from "node:buffer";
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import { columnNames } from "./contract";
import { dateOrderOf, localInstant, type OrderFound } from "./local-date";
import { type RetailRow, retail } from "./retail";
import { type Validated, validateRow } from "./row";

export interface RetailFile {
  readonly encoding: "utf8" | "latin1";
  readonly dates: OrderFound;
  /** How it is read, for whoever has it read: a file cannot always say so itself. */
  readonly said: string;
  /** Every line after the header, in order. */
  lines(): AsyncGenerator<RetailLine>;
}

export interface RetailLine {
  /** As an editor counts. */
  readonly number: number;
  readonly fields: readonly string[];
  readonly result: Validated<RetailRow>;
}

/** A field that is a date, with or without spaces and quotes around it. */
const dateField =
  /(?<=(?:^|[,"])[ \t]*)\d{1,2}[/-]\d{1,2}[/-]\d{4}(?: \d{1,2}:\d\d(?::\d\d)?)?(?=[ \t]*(?:[,"\r]|$))/gm;

/**
 * The Online Retail file as it is found: Latin-1 unless its bytes are UTF-8, dates in whichever order this file uses,
 * with or without a header, whatever the header's case.
 */
export function readRetailFile(bytes: Uint8Array): RetailFile {
  const encoding = isUtf8(bytes) ? "utf8" : "latin1";
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
  const dates = dateOrderOf(
    (function* () {
      for (const [date] of text.matchAll(dateField)) yield date;
    })(),
  );
  return { encoding, dates, said: sayHow(encoding, dates), lines: () => readLines(text, dates) };
}

function sayHow(encoding: RetailFile["encoding"], { order, by }: OrderFound): string {
  const why = by === "the file" ? "as days above 12 show" : "as is the custom: no day is above 12";
  return `read as ${encoding === "latin1" ? "Latin-1" : "UTF-8"}, dates ${order.replace("-", " ")}, ${why}`;
}

async function* readLines(text: string, { order }: OrderFound): AsyncGenerator<RetailLine> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
  });
  const source = Readable.from(slices(text)).pipe(parser);
  let columns: readonly string[] | undefined;
  for await (const { record: fields, info } of source as AsyncIterable<{
    record: string[];
    info: { lines: number };
  }>) {
    if (!columns) {
      const header = headerOf(fields);
      columns = header ?? columnNames(retail);
      if (header) continue;
    }
    yield { number: info.lines, fields, result: readFields(columns, fields, order) };
  }
}

/** The parser works through pieces of the file while the reader takes its rows. */
function* slices(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 65_536) yield text.slice(at, at + 65_536);
}

function headerOf(fields: readonly string[]): string[] | undefined {
  const known = new Map(columnNames(retail).map((name) => [name.toLowerCase(), name]));
  const names = fields.map((field) => known.get(field.replaceAll(" ", "").toLowerCase()));
  const found = names.filter((name) => name !== undefined);
  return found.length >= 4 ? names.map((name, i) => name ?? `unknown ${i}`) : undefined;
}

function readFields(
  columns: readonly string[],
  fields: readonly string[],
  order: OrderFound["order"],
): Validated<RetailRow> {
  if (fields.length !== columns.length)
    return {
      ok: false,
      column: null,
      value: fields,
      reason: `has ${fields.length} fields, not ${columns.length}`,
    };
  const row = Object.fromEntries(columns.map((name, i) => [name, (fields[i] ?? "").trim()]));
  const date = localInstant(row.InvoiceDate ?? "", order);
  // Copies that went through a spreadsheet or a data frame have customers such as 17850.0.
  const customer = (row.CustomerID ?? "").replace(/\.0$/, "");
  return validateRow(retail, {
    ...row,
    CustomerID: customer,
    ...(date === undefined ? {} : { InvoiceDate: date }),
  });
}
