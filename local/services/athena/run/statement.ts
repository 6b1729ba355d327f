import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { fail } from "../sql/failure";
import { nameOf } from "../sql/names";
import { parseStatement, sourceOf } from "../sql/parse";
import type { AthenaStore } from "../store";

/** A statement ready to run: prepared statements are replaced by what they stand for. */
export interface Prepared {
  readonly statement: grammar.StatementContext;
  readonly parameters: readonly string[];
}

export function prepare(
  store: AthenaStore,
  workGroup: string,
  sql: string,
  parameters: readonly string[],
): Prepared {
  const statement = parseStatement(sql);
  if (statement instanceof grammar.ExecuteContext) {
    const name = nameOf(statement.identifier());
    const found = store.prepared
      .values()
      .find((one) => one.workGroup === workGroup && one.name.toLowerCase() === name);
    if (!found) return fail("NOT_FOUND", `PreparedStatement ${name} was not found in workGroup ${workGroup}`);
    const given = statement.expression().map(sourceOf);
    return { statement: parseStatement(found.query), parameters: given.length > 0 ? given : parameters };
  }
  return { statement, parameters };
}
