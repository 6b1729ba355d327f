import { alike, type HiveType, merge } from "./types";

export interface SchemaColumn {
  readonly name: string;
  readonly type: HiveType | undefined;
}

/** What decides how files are read: files that differ in it never share a table. */
export interface Format {
  readonly classification: "csv" | "json" | "parquet" | "UNKNOWN";
  readonly compression: "none" | "gzip";
  readonly delimiter?: string;
  /** The quote character, where values are quoted. */
  readonly quote?: string;
  readonly header?: boolean;
  /** Set by a custom classifier. */
  readonly serde?: "OpenCSVSerDe" | "LazySimpleSerDe";
  readonly jsonPath?: string;
}

export interface FileSchema {
  readonly format: Format;
  readonly columns: readonly SchemaColumn[];
  /** Whether the columns have names of their own, and not col0, col1, …. */
  readonly named: boolean;
  /** Records seen, and the bytes they were in. */
  readonly records: number;
  readonly bytes: number;
}

/** As much of two schemas must be in common for them to be of one table. */
const SIMILAR = 0.7;

/** A quoted file and one that happens to have no quotes are of one format. */
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
  const of = new Map(a.columns.map(({ name, type }) => [name, type]));
  // Names made up by position are no sign of likeness: there the types have to agree too.
  const common = b.columns.filter(({ name, type }) => of.has(name) && (a.named || alike(of.get(name), type)));
  return common.length >= SIMILAR * Math.max(a.columns.length, b.columns.length);
}

/** The schema that reads both: all columns, in the order they appear, with types that hold both. */
export function union(a: FileSchema, b: FileSchema): FileSchema {
  const columns = new Map(a.columns.map(({ name, type }) => [name, type]));
  for (const { name, type } of b.columns)
    columns.set(name, columns.has(name) ? merge(columns.get(name), type) : type);
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
