import {
  duckType,
  isInteger,
  type Kind,
  quoteName,
  raiseSql,
  type SourceColumn,
  type Type,
  typeName,
} from "../../../../../trino-duckdb";
import type { ParquetColumns } from "./schemas";

/** The DuckDB types that a column of each kind can be read from. Nested types are checked by the cast. */
const integers = /^U?(TINY|SMALL|BIG)?INT(EGER)?$/;
const sources: Partial<Record<Kind, RegExp>> = {
  boolean: /^BOOLEAN$/,
  real: /^FLOAT$/,
  double: /^(FLOAT|DOUBLE)$/,
  decimal: /^(DECIMAL.*|U?(TINY|SMALL|BIG)?INT(EGER)?)$/,
  varchar: /^(VARCHAR|BLOB|ENUM.*|JSON)$/,
  varbinary: /^(VARCHAR|BLOB)$/,
  date: /^DATE$/,
  timestamp: /^TIMESTAMP.*$/,
};

const readable = (stored: string, type: Type): boolean =>
  (isInteger(type) ? integers : (sources[type.kind] ?? /./)).test(stored);

/** Columns that the files do not have are NULL. Columns of an incompatible type fail when they are read. */
export function parquet(
  files: string,
  columns: readonly SourceColumn[],
  { columns: present, same }: { readonly columns: ParquetColumns; readonly same: boolean },
): string {
  const stored = new Map(present.map((column) => [column[0].toLowerCase(), column]));
  const values = columns.map(({ name, type }) => {
    const [own, kind] = stored.get(name) ?? [];
    const value = own === undefined ? "NULL" : quoteName(own);
    const wrong = raiseSql(
      type,
      "HIVE_BAD_DATA",
      `Field ${name}'s type ${kind} in parquet file is incompatible with type ${typeName(type)} defined in table schema`,
    );
    const read = kind === undefined || readable(kind, type) ? `${value}::${duckType(type)}` : wrong;
    return `${read} AS ${quoteName(name)}`;
  });
  return `SELECT ${values.join(", ")}, file_index FROM read_parquet(${files}${same ? "" : ", union_by_name = true"})`;
}
