import { setTimeout as sleep } from "node:timers/promises";
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";

export interface QueryTarget {
  readonly database: string;
  readonly workgroup: string;
}

const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1000;

/** Runs a statement whose result fits in one page. Returns no rows for statements other than SELECT. */
export async function runStatement(
  athena: AthenaClient,
  { database, workgroup }: QueryTarget,
  sql: string,
  signal: AbortSignal,
): Promise<string[][]> {
  const options = { abortSignal: signal };
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      QueryExecutionContext: { Database: database },
      WorkGroup: workgroup,
    }),
    options,
  );
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, 1.5 * wait)) {
    await sleep(wait, undefined, { signal });
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }), options);
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === "SUCCEEDED") break;
    if (State === "FAILED" || State === "CANCELLED")
      throw new Error(`the query ${QueryExecutionId} ended as ${State}: ${StateChangeReason}`);
  }
  if (!sql.startsWith("SELECT")) return [];
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }), options);
  // The first row has the column names.
  return (ResultSet?.Rows ?? []).slice(1).map(({ Data = [] }) => Data.map((cell) => cell.VarCharValue ?? ""));
}
