import { fail, notSupported, QueryFailure } from "../../../../trino-duckdb";
import type { Execution } from "../records";
import type { AthenaStore } from "../store";
import { type Parsed, parseAnyStatement } from ".";

/** A submitted text: parsed, or valid SQL that fails when it runs. */
export type Submission = Parsed | QueryFailure;

/** Parses a submitted text; throws a SYNTAX_ERROR if it is not SQL. */
export function parseSubmission(sql: string): Submission {
  try {
    return parseAnyStatement(sql);
  } catch (error) {
    if (error instanceof QueryFailure && error.code !== "SYNTAX_ERROR") return error;
    throw error;
  }
}

type Kind = Pick<Execution, "statementType" | "substatementType" | "header" | "plain">;

/** The kind of statement that the execution shows. */
export function kindOf(submission: Submission): Kind {
  if (submission instanceof QueryFailure) return { statementType: "DDL", header: false, plain: true };
  if (!("statement" in submission)) return { statementType: "DML", substatementType: "SELECT", header: true };
  const { type, kind } = submission.statement;
  return { statementType: type, substatementType: kind, header: kind === "EXPLAIN", plain: true };
}

/** Replaces an EXECUTE by the prepared statement that it names. */
export function resolveExecute(
  store: AthenaStore,
  { workGroup, parameters = [] }: Execution,
  submission: Parsed,
): { readonly parsed: Exclude<Parsed, { execute: unknown }>; readonly parameters: readonly string[] } {
  if (!("execute" in submission)) return { parsed: submission, parameters };
  const { name, arguments: given } = submission.execute;
  const found = store.prepared
    .values()
    .find((one) => one.workGroup === workGroup && one.name.toLowerCase() === name);
  if (!found) return fail("NOT_FOUND", `PreparedStatement ${name} was not found in workGroup ${workGroup}`);
  const parsed = parseAnyStatement(found.query);
  if ("execute" in parsed) return notSupported("EXECUTE of an EXECUTE", parsed.execute.node);
  return { parsed, parameters: given.length > 0 ? given : parameters };
}
