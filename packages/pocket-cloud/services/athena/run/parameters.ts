import { fail, type ParsedQuery, parse, QueryFailure } from "../../../../trino-duckdb";
import { areInWhere } from "./parameter-places";

/**
 * AWS documents: "? parameters can be placed only in the WHERE clause. Syntax like SELECT ? FROM table is not supported"
 * (Athena User Guide, "Use parameterized queries"). It does not document the error; this message is ours.
 */
export function checkParameters(query: ParsedQuery): void {
  const mark = query.parameterOutsideWhere();
  if (mark) fail("NOT_SUPPORTED", "? parameters are supported only in the WHERE clause", mark);
}

/** Checks the text of a prepared statement. A text with other mistakes fails when it is executed. */
export function checkPrepared(text: string): void {
  if (areInWhere(text)) return;
  const query = queryOf(text);
  if (query) checkParameters(query);
}

function queryOf(text: string): ParsedQuery | undefined {
  try {
    const parsed = parse(text);
    return "query" in parsed ? parsed.query : undefined;
  } catch (error) {
    if (error instanceof QueryFailure) return undefined;
    throw error;
  }
}
