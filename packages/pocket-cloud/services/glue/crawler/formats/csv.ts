import type { CsvClassifier } from "@aws-sdk/client-glue";
import { type CsvRows, readRows } from "./csv-reader";
import { type HiveType, merge, plain, typeText } from "./hive-type";
import {
  type FileSchema,
  type Format,
  MOST_COLUMNS,
  SAMPLE_RECORDS,
  type Sample,
  type SchemaColumn,
  textOf,
} from "./schema";

type Rows = readonly (readonly string[])[];

const DELIMITERS = [",", "|", "\t", ";", "\u0001"];
/** Characters that a column name may have. */
const NAME = /^[\u0020-\uD7FF\uE000-\uFFFD\t]+$/;
const LONGEST_NAME = 150;
const LONG_TEXT = 1 << 16;

/** Dates and times stay strings, as in AWS's crawler. */
function typeOf(value: string): HiveType | undefined {
  const text = value.trim();
  if (text === "") return undefined;
  if (/^[+-]?\d+$/.test(text)) return plain(fitsBigint(text) ? "bigint" : "string");
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return plain("double");
  if (/^(?:true|false)$/i.test(text)) return plain("boolean");
  return plain("string");
}

function fitsBigint(text: string): boolean {
  if (text.length > 20) return false;
  const value = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, value) === value;
}

const columnTypes = (rows: Rows, width: number): (HiveType | undefined)[] =>
  Array.from({ length: width }, (_, index) =>
    rows.reduce<HiveType | undefined>((type, row) => merge(type, typeOf(row[index] ?? "")), undefined),
  );

/** The number of columns that at least nine of ten records have; 0 when there is none. */
function commonWidth(rows: Rows): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [width, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  return count >= 0.9 * rows.length ? width : 0;
}

/**
 * AWS's rule for a header: every value of the first record is a string of fewer than 150 characters (the last column
 * may be longer or empty), and some column of the other records is not a string. A file with strings only therefore
 * never has a header.
 */
function hasHeader(rows: Rows, width: number): boolean {
  const [first = [], ...data] = rows;
  if (first.length !== width) return false;
  const names = first.every((value, index) => {
    const last = index === first.length - 1;
    if (value.trim() === "") return last;
    return typeText(typeOf(value)) === "string" && NAME.test(value) && (last || value.length < LONGEST_NAME);
  });
  return names && columnTypes(data, width).some((type) => type !== undefined && typeText(type) !== "string");
}

/** The built-in classifier: uses the delimiter that splits the records into the most columns, at least two. */
export async function classifyCsv(sample: Sample): Promise<FileSchema | undefined> {
  const text = textOf(sample);
  const { truncated } = sample;
  let best: (CsvRows & { readonly delimiter: string; readonly width: number }) | undefined;
  for (const delimiter of DELIMITERS) {
    const read = readRows(text, { delimiter, quote: '"', limit: SAMPLE_RECORDS, truncated });
    const width = commonWidth(read.rows);
    if (read.rows.length >= 2 && width >= 2 && width > (best?.width ?? 0))
      best = { ...read, delimiter, width };
    // Each delimiter may take a tenth of a second, in which no request is answered.
    if (text.length > LONG_TEXT) await new Promise(setImmediate);
  }
  if (!best || best.width > MOST_COLUMNS) return undefined;
  const { rows, width, delimiter, quoted } = best;
  const header = hasHeader(rows, width);
  const format = { delimiter, header, ...(quoted && { quote: '"' }) };
  return schemaOf(sample, rows, width, format, header ? rows[0] : undefined);
}

const CUSTOM_TYPES: Readonly<Record<string, string>> = {
  BINARY: "binary",
  BOOLEAN: "boolean",
  DATE: "date",
  DECIMAL: "decimal(10,0)",
  DOUBLE: "double",
  FLOAT: "float",
  INT: "int",
  LONG: "bigint",
  SHORT: "smallint",
  STRING: "string",
  TIMESTAMP: "timestamp",
};

/** A custom classifier: its settings apply, and what it leaves out is detected. */
export function classifyCustomCsv(sample: Sample, classifier: CsvClassifier): FileSchema | undefined {
  const { Delimiter: delimiter = ",", QuoteSymbol, Header, Serde, ContainsHeader = "UNKNOWN" } = classifier;
  const { truncated } = sample;
  const { rows, quoted } = readRows(textOf(sample), {
    delimiter,
    quote: QuoteSymbol ?? '"',
    limit: SAMPLE_RECORDS,
    truncated,
  });
  const width = Header?.length ?? commonWidth(rows);
  if (rows.length === 0 || width === 0 || (width < 2 && !classifier.AllowSingleColumn)) return undefined;
  if (commonWidth(rows) !== width || width > MOST_COLUMNS) return undefined;
  const header = ContainsHeader === "PRESENT" || (ContainsHeader === "UNKNOWN" && hasHeader(rows, width));
  const quote = QuoteSymbol ?? (quoted ? '"' : undefined);
  const format = {
    delimiter,
    header,
    ...(quote !== undefined && { quote }),
    ...(Serde !== undefined && Serde !== "None" && { serde: Serde }),
  };
  const types = classifier.CustomDatatypeConfigured
    ? classifier.CustomDatatypes?.map((name) => plain(CUSTOM_TYPES[name.toUpperCase()] ?? "string"))
    : undefined;
  return schemaOf(sample, rows, width, format, Header ?? (header ? rows[0] : undefined), types);
}

function schemaOf(
  sample: Sample,
  rows: Rows,
  width: number,
  format: Omit<Format, "classification" | "compression">,
  names: readonly string[] | undefined,
  types?: readonly HiveType[],
): FileSchema {
  const data = format.header ? rows.slice(1) : rows;
  const columns = columnTypes(data, width).map(
    (detected, index): SchemaColumn => ({
      name: names?.[index]?.trim().toLowerCase() || `col${index}`,
      type: types?.[index] ?? detected,
    }),
  );
  return {
    format: { classification: "csv", compression: sample.compression, ...format },
    columns: withDistinctNames(columns),
    named: names !== undefined,
    records: data.length,
    bytes: sample.bytes.length,
  };
}

function withDistinctNames(columns: readonly SchemaColumn[]): SchemaColumn[] {
  const seen = new Map<string, number>();
  return columns.map(({ name, type }) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { name: count === 0 ? name : `${name}_${count}`, type };
  });
}
