import { QueryFailure } from "../../../../trino-duckdb/sql/failure";
import type { Execution } from "../records";
import { readStatement } from "../statements";

type Kind = Pick<Execution, "statementType" | "substatementType" | "header" | "plain">;

/** What sort of statement a text is, as executions show it; throws when it is no SQL. */
export function classify(sql: string): Kind {
  try {
    const parsed = readStatement(sql);
    if ("query" in parsed) return { statementType: "DML", substatementType: "SELECT", header: true };
    const { type, kind } = parsed.statement;
    return { statementType: type, substatementType: kind, header: kind === "EXPLAIN", plain: true };
  } catch (error) {
    if (!(error instanceof QueryFailure) || error.code === "SYNTAX_ERROR") throw error;
    // It is SQL, and fails with its reason when it runs.
    return { statementType: "DDL", header: false, plain: true };
  }
}
