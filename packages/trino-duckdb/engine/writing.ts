import { type Kind, quoteName, quoteText, type Type } from "../sql/types";
import type { ResultColumn } from "./protocol";

const plain = (column: string): string => `CAST(${column} AS VARCHAR)`;

/** SQL for the text of a column, for types that need no JavaScript. */
const textSql: Partial<Record<Kind, (column: string, type: Type) => string | undefined>> = {
  boolean: plain,
  tinyint: plain,
  smallint: plain,
  integer: plain,
  bigint: plain,
  varchar: plain,
  date: (column) => `(CASE WHEN ${column} > DATE '9999-12-31' THEN '+' ELSE '' END || ${plain(column)})`,
  // DuckDB's text equals Java's where no exponent is needed.
  double: (column) =>
    `CASE WHEN (abs(${column}) >= 1e-3 AND abs(${column}) < 1e7) OR ${column} = 0 THEN ${plain(column)} ELSE trino_double_text(${column}) END`,
  timestamp: (column, type) =>
    "precision" in type && type.precision === 3 ? `strftime(${column}, '%Y-%m-%d %H:%M:%S.%g')` : undefined,
};

/**
 * A COPY statement that writes a whole result as Athena's CSV, much faster than row by row. Undefined if a column needs
 * JavaScript for its text, or if DuckDB would rename a column.
 */
export function writing(sql: string, columns: readonly ResultColumn[], file: string): string | undefined {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  if (names.size < columns.length || names.has("")) return undefined;
  const values = columns.map(({ name, type }, i) => {
    const text = textSql[type.kind]?.(`c${i}`, type);
    return text === undefined ? undefined : `${text} AS ${quoteName(name)}`;
  });
  if (values.includes(undefined)) return undefined;
  const inner = columns.map((_, i) => `c${i}`).join(", ");
  return `COPY (SELECT ${values.join(", ")} FROM (${sql}) AS result(${inner})) TO ${quoteText(file)} (FORMAT csv, HEADER true, FORCE_QUOTE *)`;
}
