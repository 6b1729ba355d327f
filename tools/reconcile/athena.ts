import { setTimeout as sleep } from "node:timers/promises";
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";

/** Runs one SELECT to its end; every row after the header, all columns as text. */
export async function query(
  athena: AthenaClient,
  workgroup: string,
  database: string,
  sql: string,
): Promise<string[][]> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: database },
    }),
  );
  await finished(athena, String(QueryExecutionId));
  const rows: string[][] = [];
  for await (const page of paginateGetQueryResults({ client: athena }, { QueryExecutionId }))
    for (const row of page.ResultSet?.Rows ?? [])
      rows.push((row.Data ?? []).map((cell) => cell.VarCharValue ?? ""));
  return rows.slice(1);
}

async function finished(athena: AthenaClient, QueryExecutionId: string): Promise<void> {
  // A third longer each time: of a query's duration at most a quarter is waited for nothing.
  for (let wait = 10; ; wait = Math.min(wait * 1.33, 1000)) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const state = QueryExecution?.Status?.State;
    if (state === "SUCCEEDED") return;
    if (state === "FAILED" || state === "CANCELLED")
      throw new Error(
        `Athena ${state.toLowerCase()} the count: ${QueryExecution?.Status?.StateChangeReason ?? "no reason given"}`,
      );
    await sleep(wait);
  }
}
