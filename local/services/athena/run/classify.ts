import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import type { Execution } from "../records";
import { parseStatement } from "../sql/parse";

type Kind = Pick<Execution, "statementType" | "substatementType" | "header">;

/** What sort of statement a text is, as executions show it; throws when it is none. */
export function classify(sql: string): Kind {
  const statement = parseStatement(sql);
  for (const [kind, shown] of kinds) if (statement instanceof kind) return shown;
  const words = (statement.start?.text ?? "").toUpperCase();
  return { statementType: "DDL", substatementType: words, header: false };
}

const dml = (substatementType: string): Kind => ({ statementType: "DML", substatementType, header: true });
const utility = (substatementType: string): Kind => ({
  statementType: "UTILITY",
  substatementType,
  header: false,
});

const kinds: readonly (readonly [new (...args: never[]) => grammar.StatementContext, Kind])[] = [
  [grammar.StatementDefaultContext, dml("SELECT")],
  [grammar.ExecuteContext, dml("SELECT")],
  [grammar.InsertIntoContext, dml("INSERT")],
  [grammar.ExplainContext, utility("EXPLAIN")],
  [grammar.ExplainAnalyzeContext, utility("EXPLAIN_ANALYZE")],
  [grammar.ShowTablesContext, utility("SHOW_TABLES")],
  [grammar.ShowSchemasContext, utility("SHOW_DATABASES")],
  [grammar.ShowColumnsContext, utility("SHOW_COLUMNS")],
];
