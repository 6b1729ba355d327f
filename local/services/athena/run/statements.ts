import type * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import type { Execution } from "../records";
import { notSupported } from "../sql/failure";
import type { AthenaStore } from "../store";

/** What is not a query. */
export async function runStatement(
  _store: AthenaStore,
  _execution: Execution,
  statement: grammar.StatementContext,
  _parameters: readonly string[],
  _signal: AbortSignal,
): Promise<void> {
  const words = statement.getText().slice(0, 40);
  notSupported(`the statement ${words}`, statement);
}
