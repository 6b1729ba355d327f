import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { fail } from "../../../../trino-duckdb/sql/failure";
import { nameOf } from "../../../../trino-duckdb/sql/names";
import { sourceOf } from "../../../../trino-duckdb/sql/parse";
import { type Parsed, readStatement } from "../statements";
import type { AthenaStore } from "../store";

export interface Prepared {
  readonly parsed: Parsed;
  readonly parameters: readonly string[];
}

/** A statement ready to run: EXECUTE is replaced by the statement it names. */
export function prepare(
  store: AthenaStore,
  workGroup: string,
  sql: string,
  parameters: readonly string[],
): Prepared {
  const parsed = readStatement(sql);
  if (!("query" in parsed) || !(parsed.query instanceof grammar.ExecuteContext))
    return { parsed, parameters };
  const name = nameOf(parsed.query.identifier());
  const found = store.prepared
    .values()
    .find((one) => one.workGroup === workGroup && one.name.toLowerCase() === name);
  if (!found) return fail("NOT_FOUND", `PreparedStatement ${name} was not found in workGroup ${workGroup}`);
  const given = parsed.query.expression().map(sourceOf);
  return { parsed: readStatement(found.query), parameters: given.length > 0 ? given : parameters };
}
