import type { CsvClassifier } from "@aws-sdk/client-glue";
import { readRows } from "./csv-rows";
import type { FileSchema, SchemaColumn } from "./schema";
import { type HiveType, merge, plain, show } from "./types";

export interface Sample {
  readonly bytes: Buffer;
  /** The text goes on beyond the sample. */
  readonly cut: boolean;
  readonly compression: "none" | "gzip";
}

const DELIMITERS = [",", "|", "\t", ";", "\u0001"];
/** As many records of a file are looked at. */
const RECORDS = 1000;
const NAME = /^[\u0020-\uD7FF\uE000-\uFFFD\t]+$/;

/** A number is a bigint or a double, TRUE a boolean; dates and times stay text, as the crawler of AWS leaves them. */
export function typeOfText(value: string): HiveType | undefined {
  const text = value.trim();
  if (text === "") return undefined;
  if (/^[+-]?\d+$/.test(text)) return fits(text) ? plain("bigint") : plain("string");
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return plain("double");
  if (/^(?:true|false)$/i.test(text)) return plain("boolean");
  return plain("string");
}

const fits = (text: string): boolean =>
  BigInt.asIntN(64, BigInt(text.replace("+", ""))) === BigInt(text.replace("+", ""));

/** The built-in classifier: the delimiter that cuts every record into the same number of columns, two at least. */
export function classifyCsv(sample: Sample): FileSchema | undefined {
  const text = sample.bytes.toString("utf8").replace(/^\uFEFF/, "");
  const found = DELIMITERS.map((delimiter) => ({
    delimiter,
    ...readRows(text, { delimiter, quote: '"' }, RECORDS, sample.cut),
  }))
    .map((candidate) => ({ ...candidate, width: commonWidth(candidate.rows) }))
    .filter(({ rows, width }) => rows.length >= 2 && width >= 2)
    .sort((a, b) => b.width - a.width)[0];
  if (!found) return undefined;
  const { rows, width, delimiter, quoted } = found;
  const header = looksLikeHeader(rows, width);
  return build(sample, rows, {
    width,
    delimiter,
    header,
    names: header ? rows[0] : undefined,
    ...(quoted && { quote: '"' }),
  });
}

/** The width nearly all records share; 0 when they do not. */
function commonWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [width, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  return count >= 0.9 * rows.length ? width : 0;
}

/**
 * AWS's rule: every value of the first record is text that could be a name, shorter than 150 characters but for the
 * last (which may be empty), and some column below it is not text. An all-text file has no header, even if it has.
 */
function looksLikeHeader(rows: readonly (readonly string[])[], width: number): boolean {
  const [first = [], ...data] = rows;
  if (first.length !== width) return false;
  const names = first.every((value, index) => {
    const last = index === first.length - 1;
    if (value.trim() === "") return last;
    return show(typeOfText(value)) === "string" && NAME.test(value) && (last || value.length < 150);
  });
  return names && columnTypes(data, width).some((type) => type !== undefined && show(type) !== "string");
}

const columnTypes = (rows: readonly (readonly string[])[], width: number): (HiveType | undefined)[] =>
  Array.from({ length: width }, (_, index) =>
    rows.reduce<HiveType | undefined>((type, row) => merge(type, typeOfText(row[index] ?? "")), undefined),
  );

interface Reading {
  readonly width: number;
  readonly delimiter: string;
  readonly header: boolean;
  readonly names: readonly string[] | undefined;
  readonly quote?: string;
  readonly serde?: "OpenCSVSerDe" | "LazySimpleSerDe";
  readonly types?: readonly HiveType[] | undefined;
}

function build(sample: Sample, rows: readonly (readonly string[])[], reading: Reading): FileSchema {
  const { width, delimiter, header, names, quote, serde, types } = reading;
  const data = header ? rows.slice(1) : rows;
  const inferred = columnTypes(data, width);
  const columns = Array.from({ length: width }, (_, index): SchemaColumn => {
    const name = names?.[index]?.trim().toLowerCase();
    return { name: name || `col${index}`, type: types?.[index] ?? inferred[index] };
  });
  return {
    format: {
      classification: "csv",
      compression: sample.compression,
      delimiter,
      header,
      ...(quote !== undefined && { quote }),
      ...(serde !== undefined && { serde }),
    },
    columns: distinct(columns),
    named: names !== undefined,
    records: data.length,
    bytes: sample.bytes.length,
  };
}

/** A table has no two columns of one name. */
function distinct(columns: readonly SchemaColumn[]): SchemaColumn[] {
  const seen = new Map<string, number>();
  return columns.map(({ name, type }) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { name: count === 0 ? name : `${name}_${count}`, type };
  });
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

/** A custom classifier: what it says is taken, what it leaves open is found out. */
export function classifyCustomCsv(sample: Sample, classifier: CsvClassifier): FileSchema | undefined {
  const text = sample.bytes.toString("utf8").replace(/^\uFEFF/, "");
  const delimiter = classifier.Delimiter ?? ",";
  const { rows, quoted } = readRows(
    text,
    { delimiter, quote: classifier.QuoteSymbol ?? '"' },
    RECORDS,
    sample.cut,
  );
  const width = classifier.Header?.length ?? commonWidth(rows);
  if (rows.length === 0 || width === 0 || (width < 2 && !classifier.AllowSingleColumn)) return undefined;
  if (commonWidth(rows) !== width) return undefined;
  const header = { PRESENT: true, ABSENT: false, UNKNOWN: looksLikeHeader(rows, width) }[
    classifier.ContainsHeader ?? "UNKNOWN"
  ];
  const serde = classifier.Serde === "None" ? undefined : classifier.Serde;
  const quote = classifier.QuoteSymbol ?? (quoted ? '"' : undefined);
  return build(sample, rows, {
    width,
    delimiter,
    header,
    names: classifier.Header ?? (header ? rows[0] : undefined),
    ...(quote !== undefined && { quote }),
    ...(serde !== undefined && { serde }),
    types: classifier.CustomDatatypeConfigured
      ? classifier.CustomDatatypes?.map((name) => plain(CUSTOM_TYPES[name.toUpperCase()] ?? "string"))
      : undefined,
  });
}
