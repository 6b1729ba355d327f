import { duckType, isInteger, type Type, tryCastSql } from "../../../../../trino-duckdb";

/** SQL that converts a field's text; NULL if it is not of the type. */
export type FieldText = (text: string, type: Type) => string;

/** Integers drop a fraction, timestamps may be ISO 8601, dates ignore what follows, binaries are base64. */
export const hiveText: FieldText = (text, type) => {
  if (isInteger(type)) return wholePart(text, type);
  if (type.kind === "varbinary") return `TRY(from_base64(${text}))`;
  if (type.kind === "date") return tryCastSql(`split_part(trim(${text}), ' ', 1)`, type);
  if (type.kind !== "timestamp") return tryCastSql(text, type);
  return tryCastSql(`regexp_replace(trim(${text}), '^([0-9-]+)[Tt]', '\\1 ')`, type);
};

/** Texts in canonical form skip the slow pattern. */
const wholePart = (text: string, type: Type): string => {
  const read = `TRY_CAST(${text} AS ${duckType(type)})`;
  return `CASE WHEN CAST(${read} AS VARCHAR) = ${text} THEN ${read} ELSE ${wholePartOfAny(text, type)} END`;
};

const wholePartOfAny = (text: string, type: Type): string =>
  `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]*([.][0-9]*)?') AND ${text} NOT IN ('', '+', '-') THEN TRY_CAST(regexp_replace(split_part(${text}, '.', 1), '^[+-]?$', '0') AS ${duckType(type)}) END`;

/** Like hiveText; also numbers with exponents, Unix times, and timestamps with a zone. Booleans other than true are false. */
export const openxText: FieldText = (text, type) => {
  if (type.kind === "boolean") return `(lower(${text}) = 'true')`;
  // The SerDe would read a number with a leading zero as octal.
  if (isInteger(type))
    return `CASE WHEN ${text} LIKE '0%' AND regexp_full_match(${text}, '0[0-9]+') THEN NULL WHEN contains(lower(${text}), 'e') THEN TRY_CAST(trunc(TRY_CAST(${text} AS DOUBLE)) AS ${duckType(type)}) ELSE ${wholePart(text, type)} END`;
  if (type.kind !== "timestamp") return hiveText(text, type);
  const number = `TRY_CAST(${text} AS DECIMAL(38, 9))`;
  const unit = `CASE WHEN ${text} NOT LIKE '%.%' AND length(${text}) >= 13 THEN 1 ELSE 1000 END`;
  const zoned = `${text} LIKE '%:%+%' OR ${text} LIKE '%:%-%'`;
  return `CASE WHEN ${zoned} THEN timezone('UTC', TRY_CAST(${text} AS TIMESTAMPTZ)) WHEN contains(${text}, ':') THEN TRY_CAST(${text} AS TIMESTAMP) ELSE make_timestamp(CAST(trunc(${number} * ${unit}) AS BIGINT) * 1000) END`;
};
