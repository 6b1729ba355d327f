import { cast, coerce } from "./casts";
import { timestampOfFile } from "./casts/from-text";
import { build, make, type Part, render } from "./expr";
import { raise } from "./raise";
import { coercible, isText, type Type, typeName, VARCHAR } from "./types";

/** DuckDB SQL with Trino's semantics, for callers that read or write the columns of files themselves. */

const NO_POSITION = { start: null };

/** TRY_CAST of a varchar: NULL where the text is not of the type. */
export const tryCastSql = (text: string, to: Type): string => {
  const value = build(VARCHAR, [text]);
  return render((to.kind === "timestamp" ? timestampOfFile : cast)(value, to, true, NO_POSITION));
};

/** An expression that fails the query when it is evaluated. The message joins texts and SQL values. */
export const raiseSql = (
  type: Type,
  code: string,
  ...message: readonly (string | { readonly sql: string })[]
): string =>
  render(
    raise(
      type,
      code,
      message.map((part): Part => (typeof part === "string" ? part : build(VARCHAR, [part.sql]))),
    ),
  );

/**
 * A column of an INSERT's query as the type of its target column; undefined where Trino does not allow the
 * assignment. Texts and times may be shortened to what the column holds; nothing else loses digits.
 */
export function assignSql(column: string, from: Type, to: Type): string | undefined {
  const assignable =
    coercible(from, to) ||
    (isText(from) && isText(to)) ||
    (from.kind === "timestamp" && to.kind === from.kind);
  if (!assignable) return undefined;
  const value = build(from, [column]);
  if (to.kind === "timestamp") return render(cast(value, to, false, NO_POSITION));
  if (to.kind !== "varchar" || to.length === undefined)
    return render(isText(from) && isText(to) ? cast(value, to, false, NO_POSITION) : coerce(value, to));
  const tooLong = raise(to, "INVALID_CAST_ARGUMENT", [
    `Cannot truncate non-space characters when casting from ${typeName(from)} to ${typeName(to)} on INSERT: `,
    value,
  ]);
  const length = String(to.length);
  const result = make(to);
  return render(
    result`CASE WHEN length(rtrim(${value}, ' ')) > ${length} THEN ${tooLong} ELSE substr(${value}, 1, ${length}) END`,
  );
}
