import {
  duckType,
  type Kind,
  quoteName,
  type Scan,
  type TypedRead,
  typedReadName,
} from "../../../../trino-duckdb";

/** The common form of a type: texts for which DuckDB's CSV reader, DuckDB's cast and Trino's cast agree. */
const forms: Partial<Record<Kind, (text: string, type: string) => string>> = {
  varchar: () => "true",
  double: (text, type) =>
    `(coalesce(isfinite(TRY_CAST(${text} AS ${type})), false) AND NOT contains(${text}, '_'))`,
  integer: (text, type) => whole(text, type),
  bigint: (text, type) => whole(text, type),
  timestamp: (text, type) =>
    `(${text} LIKE '____-__-__ __:__:__.___' AND TRY_CAST(${text} AS ${type}) IS NOT NULL)`,
};

const whole = (text: string, type: string): string =>
  `(regexp_full_match(${text}, '-?[0-9]+') AND TRY_CAST(${text} AS ${type}) IS NOT NULL)`;

/** A typed read, and the conditions under which it is exact: over texts, and over rows whose numbers are read as such. */
export interface Form {
  readonly read: TypedRead;
  readonly condition: string;
  readonly ofNumbers: string | undefined;
}

/** A row with missing fields has NULL in its last column; a typed read could not tell that from an empty text. */
export function commonFormOf(scan: Scan, read: TypedRead): Form | undefined {
  const { name, type } = read;
  const text = `${scan.alias}.${quoteName(name)}`;
  const last = scan.table.columns.at(-1);
  const form = type.kind === "timestamp" && type.precision < 3 ? undefined : forms[type.kind];
  if (form === undefined || last === undefined) return undefined;
  const lastText = `${scan.alias}.${quoteName(last.name)}`;
  const ofText = `${text} = '' OR ${form(text, duckType(type))}`;
  const ofNumber = `isfinite(${scan.alias}.${quoteName(typedReadName(name, type))})`;
  const condition = (isWhole: string, value: string) =>
    type.kind === "varchar" ? `bool_and(${isWhole})` : `bool_and(${isWhole} AND (${value}))`;
  const lastIsText = last.type.kind === "varchar" && last.type.length === undefined;
  return {
    read,
    condition: condition(`${lastText} IS NOT NULL`, ofText),
    // With numbers, missing fields are empty texts.
    ofNumbers:
      lastIsText && last.name !== name
        ? condition(`${lastText} <> ''`, isReadAsNumber(scan, read) ? ofNumber : ofText)
        : undefined,
  };
}

/** Keys are compared as texts. */
export function isReadAsNumber({ alias, numberings }: Scan, { name, type }: TypedRead): boolean {
  const column = `${alias}.${quoteName(name)}`;
  const isKey = numberings.some(({ keys }) => keys.some((key) => key.includes(column)));
  return type.kind === "double" && !isKey;
}
