import { render } from "../sql/expr";
import { fail } from "../sql/failure";
import { raise } from "../sql/raise";
import type { SourceColumn } from "../sql/session";
import { duckType, quoteName, quoteText, type Type, typeName } from "../sql/types";
import type { Format } from "./serde";

/** What a reader gives: SQL that selects the columns and file_index, which file a row is from. */
export type Reader = (
  files: string,
  compressed: boolean,
  columns: readonly SourceColumn[],
  format: Format,
) => string;

/** No text of a file can be this: empty fields stay empty texts. */
const NO_NULL = quoteText("\u0001\u0002");

const textOption = (value: string): string => (value === "\\t" ? "\t" : value);

function csvOptions(compressed: boolean, skip: number): string {
  return `header = false, auto_detect = false, strict_mode = false, null_padding = true, skip = ${skip}, compression = '${compressed ? "gzip" : "none"}'`;
}

const declared = (columns: readonly { readonly name: string }[]): string =>
  `columns = {${columns.map(({ name }) => `${quoteText(name)}: 'VARCHAR'`).join(", ")}}`;

const select = (columns: readonly SourceColumn[], value: (name: string, type: Type) => string): string =>
  columns.map(({ name, type }) => `${value(quoteName(name), type)} AS ${quoteName(name)}`).join(", ");

const badData = (name: string, type: Type): string =>
  render(
    raise(type, "HIVE_BAD_DATA", [
      "Error parsing field value '",
      { type: { kind: "varchar" }, parts: [name] },
      `' for field ${name.replaceAll('"', "")}: not a ${typeName(type)}`,
    ]),
  );

/** Everything is text; other types are read the OpenCSV way: an empty text is NULL, dates are days, timestamps milliseconds. */
const openCsv: Reader = (files, compressed, columns, { options, skipLines }) => {
  const [separator, quote, escapeChar] = [
    options.separatorChar ?? ",",
    options.quoteChar ?? '"',
    options.escapeChar ?? "\\",
  ];
  // DuckDB takes one way of escaping, and doubling is what writers use: a doubled quote is a quote in any case.
  const source = `read_csv(${files}, ${declared(columns)}, ${csvOptions(compressed, skipLines)}, delim = ${quoteText(textOption(separator))}, quote = ${quoteText(quote)}, escape = ${quoteText(quote)}, nullstr = ${NO_NULL})`;
  // Told that the quote escapes, OpenCSV takes its default.
  const escaping = escapeChar === quote || escapeChar.startsWith("\\") ? "\\" : escapeChar.charAt(0);
  const text = (name: string) => (CONTROL.test(escaping) ? name : unescaped(name, escaping, quote));
  return `SELECT ${select(columns, (name, type) => openCsvValue(name, type, text(name)))}, file_index FROM ${source}`;
};

/** Declared where nothing is to be escaped; no text holds one. */
const CONTROL = /[\u0000-\u001f]/;

/**
 * OpenCSV drops an escape character before anything but a quote or another one. Before a quote, or where the value
 * ends, it decides where fields end, which DuckDB cannot be told.
 */
function unescaped(name: string, escaping: string, quote: string): string {
  const [sign, ender] = [classed(escaping), classed(quote)];
  const refusal = render(
    raise({ kind: "varchar" }, "NOT_SUPPORTED", [
      `the escape character ${escaping} before a quote or at the end of a field of OpenCSVSerde is not supported by the embedded cloud: '`,
      { type: { kind: "varchar" }, parts: [name] },
      "'",
    ]),
  );
  const plain = `regexp_replace(${name}, ${quoteText(`${sign}(${sign}?)`)}, '\\1', 'g')`;
  return `CASE WHEN NOT contains(${name}, ${quoteText(escaping)}) THEN ${name} WHEN regexp_matches(${name}, ${quoteText(`${sign}(${ender}|$)`)}) THEN ${refusal} ELSE ${plain} END`;
}

/** One character as a regular expression. */
const classed = (sign: string): string => `\\x{${(sign.codePointAt(0) ?? 0).toString(16)}}`;

function openCsvValue(name: string, type: Type, text: string): string {
  if (type.kind === "varchar") return type.length === undefined ? text : `substr(${text}, 1, ${type.length})`;
  const value = `nullif(${text}, '')`;
  const number: Partial<Record<Type["kind"], string>> = {
    date: `DATE '1970-01-01' + TRY_CAST(${value} AS INTEGER)`,
    timestamp: `make_timestamp(TRY_CAST(${value} AS BIGINT) * 1000)`,
  };
  const typed = number[type.kind] ?? `TRY_CAST(${value} AS ${duckType(type)})`;
  return `CASE WHEN ${value} IS NULL THEN NULL WHEN ${typed} IS NULL THEN ${badData(name, type)} ELSE ${typed} END`;
}

/** No quoting; \N is NULL; what is not of the column's type is NULL. */
const lazySimple: Reader = (files, compressed, columns, { options, skipLines }) => {
  const separator = textOption(options["field.delim"] ?? options["serialization.format"] ?? "\u0001");
  const delimiter = separator === "1" ? "\u0001" : separator;
  const escaped = options["escape.delim"];
  if (escaped !== undefined && escaped !== "")
    fail("NOT_SUPPORTED", "escape.delim of LazySimpleSerDe is not supported by the embedded cloud");
  const source = `read_csv(${files}, ${declared(columns)}, ${csvOptions(compressed, skipLines)}, delim = ${quoteText(delimiter)}, quote = '', escape = '', nullstr = ${quoteText(options["serialization.null.format"] ?? "\\N")})`;
  return `SELECT ${select(columns, lazyValue)}, file_index FROM ${source}`;
};

function lazyValue(name: string, type: Type): string {
  if (type.kind === "varchar") return type.length === undefined ? name : `substr(${name}, 1, ${type.length})`;
  if (type.kind === "array" || type.kind === "map" || type.kind === "row")
    return fail(
      "NOT_SUPPORTED",
      `the type ${typeName(type)} of the column ${name} in LazySimpleSerDe is not supported by the embedded cloud`,
    );
  if (type.kind === "boolean") return `CASE lower(${name}) WHEN 'true' THEN true WHEN 'false' THEN false END`;
  return `TRY_CAST(${name} AS ${duckType(type)})`;
}

/** One object a line, members matched by lower-case name. */
const json: Reader = (files, compressed, columns, format) => {
  const source = `read_csv(${files}, columns = {'line': 'VARCHAR'}, ${csvOptions(compressed, 0)}, delim = ${quoteText("\u0003")}, quote = '', escape = '', nullstr = ${NO_NULL})`;
  const lines = `SELECT trim(line) AS line, file_index FROM ${source}`;
  const malformed =
    format.options["ignore.malformed.json"]?.toLowerCase() === "true"
      ? "NULL"
      : render(raise({ kind: "varchar" }, "HIVE_CURSOR_ERROR", "Row is not a valid JSON Object"));
  const lowered = `CASE WHEN regexp_matches(line, '"[^"]*[A-Z][^"]*"\\s*:') THEN trino_lower_keys(line) ELSE line END`;
  const documents = `SELECT CASE WHEN NOT json_valid(line) THEN ${malformed} ELSE ${lowered} END AS line, file_index FROM (${lines}) WHERE line <> ''`;
  const member = (name: string) => (format.options[`mapping.${name}`] ?? name).toLowerCase();
  const values = columns.map(
    (column) => `${jsonValue(member(column.name), column)} AS ${quoteName(column.name)}`,
  );
  return `SELECT ${values.join(", ")}, file_index FROM (${documents})`;
};

function jsonValue(member: string, { name, type }: SourceColumn): string {
  const path = quoteText(`$."${member.replaceAll('"', '\\"')}"`);
  const text = `json_extract_string(line, ${path})`;
  if (type.kind === "varchar") return text;
  const typed = ["array", "map", "row"].includes(type.kind)
    ? `TRY_CAST(json_extract(line, ${path}) AS ${duckType(type)})`
    : `TRY_CAST(${text} AS ${duckType(type)})`;
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN ${typed} IS NULL THEN ${badData(text, type).replaceAll(`field ${text.replaceAll('"', "")}`, `field ${name}`)} ELSE ${typed} END`;
}

/** Parquet files know their columns; those they lack are NULL. */
export const parquet = (
  files: string,
  columns: readonly SourceColumn[],
  present: readonly string[],
): string => {
  const stored = new Map(present.map((name) => [name.toLowerCase(), name]));
  const values = columns.map(({ name, type }) => {
    const found = stored.get(name);
    return `${found === undefined ? "NULL" : quoteName(found)}::${duckType(type)} AS ${quoteName(name)}`;
  });
  return `SELECT ${values.join(", ")}, file_index FROM read_parquet(${files}, union_by_name = true)`;
};

export const readers: Readonly<Record<Exclude<Format["kind"], "parquet">, Reader>> = {
  opencsv: openCsv,
  lazy: lazySimple,
  json,
  openx: json,
};
