import { type HiveType, merge, sameKind } from "./hive-type";

export interface SchemaColumn {
  readonly name: string;
  readonly type: HiveType | undefined;
}

/** How a file is read. Files with different formats never share a table. */
export interface Format {
  readonly classification: "csv" | "json" | "parquet" | "UNKNOWN";
  readonly compression: "none" | "gzip";
  readonly delimiter?: string;
  /** The quote character, when values are quoted. */
  readonly quote?: string;
  readonly header?: boolean;
  /** Set by a custom classifier. */
  readonly serde?: "OpenCSVSerDe" | "LazySimpleSerDe";
  readonly jsonPath?: string;
}

export interface FileSchema {
  readonly format: Format;
  readonly columns: readonly SchemaColumn[];
  /** Whether the file names its columns. False for the generated names col0, col1, … */
  readonly named: boolean;
  /** Number of records in the sample. */
  readonly records: number;
  /** Size of the sample in bytes. */
  readonly bytes: number;
}

/** The part of a file that the crawler reads to classify it. */
export interface Sample {
  readonly bytes: Buffer;
  /** Whether the file is longer than the sample. */
  readonly truncated: boolean;
  readonly compression: "none" | "gzip";
}

/** At most this many records of a file are read. */
export const SAMPLE_RECORDS = 1000;

/** Files with more columns are not classified. This limit is the embedded cloud's own. */
export const MOST_COLUMNS = 10_000;

/** The sample's text without a byte order mark. */
export const textOf = ({ bytes }: Sample): string => bytes.toString("utf8").replace(/^\uFEFF/, "");

/** Share of columns that two schemas must have in common to belong to one table. */
const SIMILARITY_THRESHOLD = 0.7;

/** Quoting may differ: a quoted file and a file without any quotes have compatible formats. */
export function compatible(a: Format, b: Format): boolean {
  return (
    a.classification === b.classification &&
    a.compression === b.compression &&
    a.delimiter === b.delimiter &&
    a.serde === b.serde &&
    a.jsonPath === b.jsonPath
  );
}

export function similar(a: FileSchema, b: FileSchema): boolean {
  if (a.named !== b.named) return false;
  const types = new Map(a.columns.map(({ name, type }) => [name, type]));
  // Generated names always coincide, so for them the types must agree too.
  const common = b.columns.filter(
    ({ name, type }) => types.has(name) && (a.named || sameKind(types.get(name), type)),
  );
  return common.length >= SIMILARITY_THRESHOLD * Math.max(a.columns.length, b.columns.length);
}

/** The schema that reads both files: all columns in order of appearance, with merged types. */
export function union(a: FileSchema, b: FileSchema): FileSchema {
  const columns = new Map(a.columns.map(({ name, type }) => [name, type]));
  for (const { name, type } of b.columns) columns.set(name, merge(columns.get(name), type));
  const quote = a.format.quote ?? b.format.quote;
  const header = a.format.header || b.format.header;
  return {
    format: { ...a.format, ...(quote !== undefined && { quote }), ...(header !== undefined && { header }) },
    columns: [...columns].map(([name, type]) => ({ name, type })),
    named: a.named,
    records: a.records + b.records,
    bytes: a.bytes + b.bytes,
  };
}
