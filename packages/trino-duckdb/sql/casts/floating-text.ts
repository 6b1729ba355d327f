import { make } from "../expr";
import { duckType } from "../types";
import { duckCast, guarded, invalid, matches, type Rule } from "./rule";

const BLANKS = "[\\x00-\\x20]*";
const DECIMAL = "([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?";
const HEXADECIMAL = "0[xX]([0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)[pP][+-]?[0-9]+";

const javaSyntax = matches(`${BLANKS}[+-]?(Infinity|NaN|(${DECIMAL}|${HEXADECIMAL})[dDfF]?)${BLANKS}`);
/** What is left of a decimal number without the suffix and the characters that DuckDB does not trim. */
const WITHOUT_SUFFIX = `^${BLANKS}([^xX\\x00-\\x20]+?)[dDfF]?${BLANKS}$`;

/** Trino's syntax is that of Java's Double.parseDouble, which trims characters up to U+0020. */
const carefully = guarded(javaSyntax, (expr, to) => {
  // DuckDB's type of the result must be the type of the cast: it is that of a column in a Parquet file.
  const native = make(
    to,
  )`CAST(${to.kind === "real" ? "trino_hex_real" : "trino_hex_double"}(${expr}) AS ${duckType(to)})`;
  const stripped = make(to)`TRY_CAST(regexp_extract(${expr}, '${WITHOUT_SUFFIX}', 1) AS ${duckType(to)})`;
  const result = make(to);
  return result`coalesce(${duckCast(expr, to, true)}, ${stripped}, ${native})`;
});

/**
 * Finite numbers skip the slow pattern. Among them DuckDB reads two forms that Java refuses: with underscores, and with
 * +- before the digits. A text from ',' on begins with no plus and no blank: this comparison is cheaper than the search.
 */
export const floatingText: Rule = (expr, to, attempt, node) => {
  const read = duckCast(expr, to, true);
  const otherwise = attempt ? "NULL" : invalid(expr, to);
  const finite = make(
    to,
  )`CASE WHEN contains(${expr}, '_') THEN ${otherwise} WHEN ${expr} < ',' AND contains(${expr}, '+-') THEN ${otherwise} ELSE ${read} END`;
  return make(to)`CASE WHEN isfinite(${read}) THEN ${finite} ELSE ${carefully(expr, to, attempt, node)} END`;
};
