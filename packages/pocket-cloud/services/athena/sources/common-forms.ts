import { duckType, type Kind, type Type } from "../../../../trino-duckdb";

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

/** SQL that tests for the common form; undefined for types without one. */
export function commonForm(text: string, type: Type): string | undefined {
  if (type.kind === "timestamp" && type.precision < 3) return undefined;
  return forms[type.kind]?.(text, duckType(type));
}
