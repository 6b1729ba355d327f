import {
  duckType,
  type Kind,
  quoteName,
  type Scan,
  type TypedRead,
  typedReadName,
} from "../../../../../trino-duckdb";

/** The common form of a type: texts for which DuckDB's CSV reader, DuckDB's cast and Trino's cast agree. */
const forms: Partial<Record<Kind, (text: string, type: string) => string>> = {
  varchar: () => "true",
  double: (text, type) =>
    `(coalesce(isfinite(TRY_CAST(${text} AS ${type})), false) AND NOT contains(${text}, '_') AND NOT contains(${text}, '+-'))`,
  integer: (text, type) => whole(text, type),
  bigint: (text, type) => whole(text, type),
  timestamp: (text, type) =>
    `(${text} LIKE '____-__-__ __:__:__.___' AND ${text} >= '0' AND ${text} NOT LIKE '% 24:%' AND TRY_CAST(${text} AS ${type}) IS NOT NULL)`,
};

const whole = (text: string, type: string): string =>
  `(regexp_full_match(${text}, '-?[0-9]+') AND TRY_CAST(${text} AS ${type}) IS NOT NULL)`;

/** A typed read, and the conditions under which it is exact for a row. */
export interface Form {
  readonly read: TypedRead;
  readonly ofTexts: string;
  /** In a row whose numbers are read as such. */
  readonly ofNumbers: NumbersForm | undefined;
}

interface NumbersForm {
  readonly condition: string;
  /** Undefined where only the number is known, and not its text. */
  readonly value: string | undefined;
}

/** A row with missing fields has NULL in its last column; a typed read could not tell that from an empty text. */
export function commonFormOf(scan: Scan, read: TypedRead): Form | undefined {
  const { name, type } = read;
  const last = scan.table.columns.at(-1);
  const form = forms[type.kind];
  if (form === undefined || last === undefined) return undefined;
  const isWhole = `${scan.alias}.${quoteName(last.name)} IS NOT NULL`;
  const text = `${scan.alias}.${quoteName(name)}`;
  const ofText = `${text} = '' OR ${form(text, duckType(type))}`;
  return {
    read,
    ofTexts: type.kind === "varchar" ? isWhole : `${isWhole} AND (${ofText})`,
    ofNumbers: ofNumbers(scan, read, ofText),
  };
}

function ofNumbers(scan: Scan, read: TypedRead, ofText: string): NumbersForm | undefined {
  const { name, type } = read;
  const last = scan.table.columns.at(-1);
  if (last?.type.kind !== "varchar" || last.type.length !== undefined || hasNumber(scan, last.name))
    return undefined;
  // Missing fields are empty texts.
  const isWhole = `${scan.alias}.${quoteName(last.name)} <> ''`;
  const text = `${scan.alias}.${quoteName(name)}`;
  if (isReadAsNumber(scan, read)) {
    const value = `${scan.alias}.${quoteName(typedReadName(name, type))}`;
    // A Parquet file whose smallest and largest number are equal is read as that number, also where one zero is negative.
    const isKept = `isfinite(${value}) AND (${value} <> 0 OR NOT signbit(${value}))`;
    return { condition: `${isWhole} AND (${value} IS NULL OR ${isKept})`, value };
  }
  if (type.kind === "varchar")
    return { condition: isWhole, value: hasNumber(scan, name) ? undefined : `nullif(${text}, '')` };
  if (hasNumber(scan, name)) return undefined;
  return {
    condition: `${isWhole} AND (${ofText})`,
    // As in the condition, so that DuckDB computes it once. It is NULL for an empty text.
    value: `TRY_CAST(${text} AS ${duckType(type)})`,
  };
}

const hasNumber = (scan: Scan, column: string): boolean =>
  [...scan.typedReads.values()].some((read) => read.name === column && isReadAsNumber(scan, read));

/** Keys are compared as texts. */
export function isReadAsNumber({ alias, numberings }: Scan, { name, type }: TypedRead): boolean {
  const column = `${alias}.${quoteName(name)}`;
  const isKey = numberings.some(({ keys }) => keys.some((key) => key.includes(column)));
  return type.kind === "double" && !isKey;
}
