import {
  duckType,
  fail,
  quoteName,
  quoteText,
  raiseSql,
  type SourceColumn,
  type Type,
  type TypedRead,
  tryCastSql,
  typedReadName,
  typeName,
} from "../../../../../trino-duckdb";
import type { Format } from "../serde";
import { NO_TEXT } from "./csv-files";
import { type FieldText, hiveText, openxText } from "./field-texts";
import { csvCharacters } from "./open-csv";

/** How a text file is read. */
interface TextFiles {
  readonly compressed: boolean;
  readonly sequential: boolean;
}

/** Builds the SQL that selects the columns, and file_index: the number of the row's file. */
export type Reader = (
  files: string,
  reading: TextFiles,
  columns: readonly SourceColumn[],
  format: Format,
  typedReads: readonly TypedRead[],
) => string;

/** With this NULL text empty fields are read as empty texts. */
const NO_NULL = quoteText(NO_TEXT);

const textOption = (value: string): string => (value === "\\t" ? "\t" : value);

function csvOptions({ compressed, sequential }: TextFiles, skip: number): string {
  return `header = false, auto_detect = false, strict_mode = false, null_padding = true, skip = ${skip}, compression = '${compressed ? "gzip" : "none"}'${sequential ? ", parallel = false" : ""}`;
}

const declared = (columns: readonly { readonly name: string }[]): string =>
  `columns = {${columns.map(({ name }) => `${quoteText(name)}: 'VARCHAR'`).join(", ")}}`;

const select = (columns: readonly SourceColumn[], value: (name: string, type: Type) => string): string =>
  columns.map(({ name, type }) => `${value(quoteName(name), type)} AS ${quoteName(name)}`).join(", ");

const badData = (value: string, name: string, type: Type): string =>
  raiseSql(
    type,
    "HIVE_BAD_DATA",
    "Error parsing field value '",
    { sql: value },
    `' for field ${name}: not a ${typeName(type)}`,
  );

/**
 * Reads all columns as text and converts them as OpenCSVSerde does: an empty text is NULL, dates are days and timestamps
 * milliseconds since 1970. The files are plain (see plain-csv.ts): only quotes are escaped, by doubling.
 */
const openCsv: Reader = (files, reading, columns, { options, skipLines }, typedReads) => {
  const { separator, quote } = csvCharacters(options);
  const typed = new Map(typedReads.map((read) => [read.name, read]));
  const types = columns.map(({ name }) => {
    const read = typed.get(name);
    return `${quoteText(name)}: '${read ? duckType(read.type) : "VARCHAR"}'`;
  });
  // A typed column needs empty fields to be NULL. This applies to all columns: DuckDB's force_not_null affects the wrong
  // columns when it prunes some. Typed reads require rows without missing fields, so NULL means an empty text.
  const nulls = `nullstr = ${typed.size === 0 ? NO_NULL : `['', ${NO_NULL}]`}`;
  const text = (name: string) => (typed.size === 0 ? quoteName(name) : `coalesce(${quoteName(name)}, '')`);
  const source = `read_csv(${files}, columns = {${types.join(", ")}}, ${csvOptions(reading, skipLines)}, delim = ${quoteText(separator)}, quote = ${quoteText(quote)}, escape = ${quoteText(quote)}, ${nulls})`;
  const values = columns.map(({ name, type }) => {
    const read = typed.get(name);
    return read
      ? `${quoteName(name)} AS ${quoteName(typedReadName(name, read.type))}`
      : `${openCsvValue(text(name), name, type)} AS ${quoteName(name)}`;
  });
  return `SELECT ${values.join(", ")}, file_index FROM ${source}`;
};

function openCsvValue(text: string, name: string, type: Type): string {
  if (type.kind === "varchar") return type.length === undefined ? text : `substr(${text}, 1, ${type.length})`;
  const value = `nullif(${text}, '')`;
  const number: Partial<Record<Type["kind"], string>> = {
    date: `DATE '1970-01-01' + TRY_CAST(${value} AS INTEGER)`,
    timestamp: `make_timestamp(TRY_CAST(${value} AS BIGINT) * 1000)`,
  };
  const typed = number[type.kind] ?? tryCastSql(value, type);
  return `CASE WHEN ${value} IS NULL THEN NULL WHEN ${typed} IS NULL THEN ${badData(text, name, type)} ELSE ${typed} END`;
}

/** LazySimpleSerDe: no quoting; \N and values that are not of the column's type are NULL. */
const lazySimple: Reader = (
  files,
  reading,
  columns,
  { options, skipLines }: Pick<Format, "options" | "skipLines">,
) => {
  const separator = textOption(options["field.delim"] ?? options["serialization.format"] ?? "\u0001");
  const delimiter = separator === "1" ? "\u0001" : separator;
  const escaping = options["escape.delim"];
  if (escaping) return escapedFields(files, reading, columns, { options, skipLines }, delimiter, escaping);
  const source = `read_csv(${files}, ${declared(columns)}, ${csvOptions(reading, skipLines)}, delim = ${quoteText(delimiter)}, quote = '', escape = '', nullstr = ${quoteText(options["serialization.null.format"] ?? "\\N")})`;
  return `SELECT ${select(columns, lazyValue)}, file_index FROM ${source}`;
};

/**
 * Splits lines whose delimiters can be escaped. A separator is put before the line, so that every field begins with one.
 * NULL is recognized before the escape characters are removed. Source: LazySimpleSerDe of Hive.
 */
function escapedFields(
  files: string,
  reading: TextFiles,
  columns: readonly SourceColumn[],
  { options, skipLines }: Pick<Format, "options" | "skipLines">,
  delimiter: string,
  escaping: string,
): string {
  const [d, e] = [delimiter, escaping].map((text) => `\\x{${(text.codePointAt(0) ?? 0).toString(16)}}`);
  const field = quoteText(`${d}((?:[^${d}${e}]|${e}.|${e}$)*)`);
  const source = `read_csv(${files}, columns = {'line': 'VARCHAR'}, ${csvOptions(reading, skipLines)}, delim = ${quoteText("\u0003")}, quote = '', escape = '', nullstr = ${NO_NULL})`;
  const lists = `SELECT regexp_extract_all(${quoteText(delimiter)} || line, ${field}, 1) AS fields, file_index FROM ${source}`;
  const nullText = quoteText(options["serialization.null.format"] ?? "\\N");
  const texts = columns.map(
    ({ name }, at) =>
      `regexp_replace(nullif(fields[${at + 1}], ${nullText}), ${quoteText(`${e}(.)`)}, '\\1', 'g') AS ${quoteName(name)}`,
  );
  return `SELECT ${select(columns, lazyValue)}, file_index FROM (SELECT ${[...texts, "file_index"].join(", ")} FROM (${lists}))`;
}

function lazyValue(name: string, type: Type): string {
  if (type.kind === "varchar") return type.length === undefined ? name : `substr(${name}, 1, ${type.length})`;
  if (type.kind === "array" || type.kind === "map" || type.kind === "row")
    return fail(
      "NOT_SUPPORTED",
      `the type ${typeName(type)} of the column ${name} in LazySimpleSerDe is not supported by the embedded cloud`,
    );
  if (type.kind === "boolean") return `CASE lower(${name}) WHEN 'true' THEN true WHEN 'false' THEN false END`;
  return hiveText(name, type);
}

/** One JSON object per line, with members matched by lower-case name. */
const json =
  (scalar: FieldText): Reader =>
  (files, reading, columns, format) => {
    const source = `read_csv(${files}, columns = {'line': 'VARCHAR'}, ${csvOptions(reading, 0)}, delim = ${quoteText("\u0003")}, quote = '', escape = '', nullstr = ${NO_NULL})`;
    const lines = `SELECT trim(line) AS line, file_index FROM ${source}`;
    const malformed =
      format.options["ignore.malformed.json"]?.toLowerCase() === "true"
        ? "NULL"
        : raiseSql({ kind: "varchar" }, "HIVE_CURSOR_ERROR", "Row is not a valid JSON Object");
    const lowered = `CASE WHEN regexp_matches(line, '"[^"]*[A-Z][^"]*"\\s*:') THEN trino_lower_keys(line) ELSE line END`;
    const list = raiseSql(
      { kind: "varchar" },
      "NOT_SUPPORTED",
      "a JSON array as a row is not supported by the embedded cloud",
    );
    const documents = `SELECT CASE WHEN NOT json_valid(line) THEN ${malformed} WHEN line LIKE '[%' THEN ${list} ELSE ${lowered} END AS line, file_index FROM (${lines}) WHERE line <> ''`;
    const members = columns.map(({ name }) => (format.options[`mapping.${name}`] ?? name).toLowerCase());
    const path = (member: string) => quoteText(`$."${member.replaceAll('"', '\\"')}"`);
    // Each member is extracted once, because the SQL of a value uses it several times.
    const texts = members.map((member, i) => `json_extract_string(line, ${path(member)}) AS t${i}`);
    const values = columns.map((column, i) => {
      const member = members[i] ?? "";
      const value = isNested(column.type)
        ? `TRY_CAST(json_extract(line, ${path(member)}) AS ${duckType(column.type)})`
        : undefined;
      return `${jsonValue(`t${i}`, member, column, value, scalar)} AS ${quoteName(column.name)}`;
    });
    return `SELECT ${values.join(", ")}, file_index FROM (SELECT ${[...texts, "line", "file_index"].join(", ")} FROM (${documents}))`;
  };

const isNested = ({ kind }: Type): boolean => kind === "array" || kind === "map" || kind === "row";

function jsonValue(
  text: string,
  member: string,
  { name, type }: SourceColumn,
  nested: string | undefined,
  scalar: FieldText,
): string {
  // Numbers that DuckDB would reformat are extracted with their digits unchanged.
  const number = "[-0-9][0-9]*[.eE][-+.eE0-9]*|-?[0-9]{19,}";
  const raw = `CASE WHEN ${text} < ':' AND regexp_full_match(${text}, '${number}') THEN trino_json_scalar_at(line, ${quoteText(JSON.stringify([member]))}) ELSE ${text} END`;
  if (type.kind === "varchar") return type.length === undefined ? raw : `substr(${raw}, 1, ${type.length})`;
  const typed = nested ?? scalar(type.kind === "decimal" ? `(${raw})` : text, type);
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN ${typed} IS NULL THEN ${badData(text, name, type)} ELSE ${typed} END`;
}

export const readers: Readonly<Record<Exclude<Format["kind"], "parquet">, Reader>> = {
  opencsv: openCsv,
  lazy: lazySimple,
  json: json(hiveText),
  openx: json(openxText),
};
