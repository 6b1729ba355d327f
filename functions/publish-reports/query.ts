import { setTimeout as sleep } from "node:timers/promises";
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import type { Cells } from "../../data/cells";
import type { BoundQuery } from "../../sql/library/where";

export interface QueryTarget {
  readonly database: string;
  /** Its byte limit is enforced by Athena for each query. */
  readonly workgroup: string;
}

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Cells[];
  /** Whether there are more rows. */
  readonly truncated: boolean;
  readonly scannedBytes: number;
}

export type RunQuery = (query: BoundQuery) => Promise<QueryResult>;

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;
/** Larger tables do not fit a page. */
const MOST_ROWS = 5_000;

/** Runs queries, and returns their first rows. */
export const queryRunner =
  (athena: AthenaClient, { database, workgroup }: QueryTarget, signal: AbortSignal): RunQuery =>
  async ({ query, parameters }) => {
    const options = { abortSignal: signal };
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: query,
        QueryExecutionContext: { Database: database },
        WorkGroup: workgroup,
        ...(parameters.length > 0 && { ExecutionParameters: [...parameters] }),
      }),
      options,
    );
    try {
      const scannedBytes = await waitFor(athena, QueryExecutionId, signal);
      return { ...(await firstRows(athena, QueryExecutionId, options)), scannedBytes };
    } catch (error) {
      // A query that nobody waits for would still be billed.
      if (signal.aborted)
        await athena.send(new StopQueryExecutionCommand({ QueryExecutionId })).catch(() => {});
      throw error;
    }
  };

async function waitFor(
  athena: AthenaClient,
  QueryExecutionId: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, 2 * wait)) {
    await sleep(wait, undefined, { signal });
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }), {
      abortSignal: signal,
    });
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === "SUCCEEDED") return QueryExecution?.Statistics?.DataScannedInBytes ?? 0;
    if (State === "FAILED" || State === "CANCELLED")
      throw new Error(`the query ended as ${State}: ${StateChangeReason}`);
  }
}

async function firstRows(
  athena: AthenaClient,
  QueryExecutionId: string | undefined,
  options: { readonly abortSignal: AbortSignal },
): Promise<Omit<QueryResult, "scannedBytes">> {
  const rows: Cells[] = [];
  let columns: QueryResult["columns"] = [];
  let token: string | undefined;
  let isFirst = true;
  do {
    const { ResultSet, NextToken }: { ResultSet?: Results | undefined; NextToken?: string | undefined } =
      await athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken: token }), options);
    const page = (ResultSet?.Rows ?? []).map(({ Data = [] }) =>
      Data.map((cell) => cell.VarCharValue ?? null),
    );
    if (isFirst)
      columns = (ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = "", Type = "" }) => ({
        name: Name,
        type: Type,
      }));
    // The first row of the first page has the column names.
    rows.push(...(isFirst ? page.slice(1) : page));
    isFirst = false;
    token = NextToken;
  } while (token !== undefined && rows.length < MOST_ROWS);
  return {
    columns,
    rows: rows.slice(0, MOST_ROWS),
    truncated: token !== undefined || rows.length > MOST_ROWS,
  };
}

interface Results {
  readonly Rows?:
    | readonly { readonly Data?: readonly { readonly VarCharValue?: string | undefined }[] | undefined }[]
    | undefined;
  readonly ResultSetMetadata?:
    | {
        readonly ColumnInfo?:
          | readonly { readonly Name: string | undefined; readonly Type: string | undefined }[]
          | undefined;
      }
    | undefined;
}
