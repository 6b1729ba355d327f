import { isUtf8 } from "node:buffer";
import { columnNames, type Fields } from "./contract";
import { csvRecords } from "./csv-records";
import { columnNamed } from "./field-names";
import { type DetectedOrder, dateOrderOf, localInstant } from "./local-date";
import { type RetailRow, retail } from "./retail";
import { type Validated, validateRow } from "./row";

export interface RetailFile {
  readonly encoding: "utf8" | "latin1";
  readonly dates: DetectedOrder;
  /** How the file was interpreted (encoding, date order), for the user: a file cannot always tell. */
  readonly interpretation: string;
  /** Every line after the header, in order. */
  lines(): Generator<RetailLine>;
}

export interface RetailLine {
  /** Line number in the file, from 1. */
  readonly number: number;
  /** The line as the file has it. */
  readonly text: string;
  readonly result: Validated<RetailRow>;
  /**
   * The cells by column, as the file has them; none of a line with too few or too many. A date is an instant where the
   * contract, which sees no other line, would read another one.
   */
  cells(): Fields;
}

/** A date field, optionally surrounded by spaces and quotes. */
const dateField =
  /(?<=(?:^|[,"])[ \t]*)\d{1,2}[/-]\d{1,2}[/-]\d{4}(?: \d{1,2}:\d\d(?::\d\d)?)?(?=[ \t]*(?:[,"\r]|$))/gm;

/**
 * Reads an Online Retail file. It is UTF-8 if its bytes are valid UTF-8, else Latin-1. The order of day and
 * month is detected. The header is optional; its case does not matter.
 */
export function readRetailFile(bytes: Uint8Array): RetailFile {
  const encoding = isUtf8(bytes) ? "utf8" : "latin1";
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
  const dates = dateOrderOf(
    (function* () {
      for (const [date] of text.matchAll(dateField)) yield date;
    })(),
  );
  return { encoding, dates, interpretation: describe(encoding, dates), lines: () => readLines(text, dates) };
}

function describe(encoding: RetailFile["encoding"], { order, by }: DetectedOrder): string {
  const reason = by === "the file" ? "a day above 12 shows it" : "assumed, because no day is above 12";
  return `read as ${encoding === "latin1" ? "Latin-1" : "UTF-8"}; dates are ${order.replace("-", " ")} (${reason})`;
}

function* readLines(text: string, { order }: DetectedOrder): Generator<RetailLine> {
  let columns: readonly string[] | undefined;
  for (const record of csvRecords(text)) {
    const { number } = record;
    if ("reason" in record) {
      const { text: value, reason } = record;
      yield unreadable(number, value, { ok: false, column: null, value, reason });
      continue;
    }
    const { fields, text: line } = record;
    if (!columns) {
      const header = headerOf(fields);
      columns = header ?? columnNames(retail);
      if (header) continue;
    }
    const names = columns;
    if (fields.length !== names.length) {
      const reason = `has ${fields.length} fields, not ${names.length}`;
      yield unreadable(number, line, { ok: false, column: null, value: fields, reason });
    } else
      yield {
        number,
        text: line,
        result: validateRow(
          retail,
          rowOf(names, fields, (date) => localInstant(date, order)),
        ),
        cells: () =>
          rowOf(names, fields, (date) => {
            const instant = localInstant(date, order);
            return instant === localInstant(date) ? undefined : instant;
          }),
      };
  }
}

const unreadable = (number: number, text: string, result: RetailLine["result"]): RetailLine => ({
  number,
  text,
  result,
  cells: () => ({}),
});

/** A first line with at least so many column names is a header. */
const LEAST_COLUMNS = 4;

function headerOf(fields: readonly string[]): string[] | undefined {
  const found = new Set<string>();
  const names = fields.map((field) => {
    const column = columnNamed(retail, field);
    if (column === undefined || found.has(column)) return field.trim();
    found.add(column);
    return column;
  });
  return found.size >= LEAST_COLUMNS ? names : undefined;
}

function rowOf(
  columns: readonly string[],
  fields: readonly string[],
  instantOf: (date: string) => string | undefined,
): Fields {
  const row = Object.fromEntries(columns.map((name, i) => [name, (fields[i] ?? "").trim()]));
  const date = instantOf(row.InvoiceDate ?? "");
  // Spreadsheets and data frames turn customer 17850 into 17850.0.
  const customer = (row.CustomerID ?? "").replace(/\.0$/, "");
  return { ...row, CustomerID: customer, ...(date === undefined ? {} : { InvoiceDate: date }) };
}
