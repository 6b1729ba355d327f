import { setTimeout as sleep } from "node:timers/promises";
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { Failure, Interruption, messageOf } from "./errors";

export interface QueryTarget {
  readonly database: string;
  readonly workgroup: string;
}

export interface AthenaQuery {
  readonly query: string;
  /** SQL literals for the query's "?". */
  readonly parameters: readonly string[];
}

export interface QueryOptions {
  /** Accept a stored result up to this old, in minutes. */
  readonly reuseMinutes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (execution: QueryExecution) => void;
}

/** A query that has succeeded. */
export interface FinishedQuery {
  readonly id: string;
  readonly execution: QueryExecution;
}

/** Milliseconds until the next poll: a sixteenth of the query's age, between 10 ms and a second. */
const pollInterval = (elapsed: number): number => Math.min(1_000, Math.max(10, elapsed / 16));

/** Runs a query to its end. When the signal aborts, the query is cancelled on the server. */
export async function runQuery(
  athena: AthenaClient,
  target: QueryTarget,
  { query, parameters }: AthenaQuery,
  { reuseMinutes, signal, onProgress }: QueryOptions = {},
): Promise<FinishedQuery> {
  if (signal?.aborted) throw new Interruption("stopped before the query began");
  const { QueryExecutionId: id = "" } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: query,
      QueryExecutionContext: { Database: target.database },
      WorkGroup: target.workgroup,
      ...(parameters.length > 0 && { ExecutionParameters: [...parameters] }),
      ...(reuseMinutes !== undefined && {
        ResultReuseConfiguration: {
          ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: reuseMinutes },
        },
      }),
    }),
  );
  for (const began = performance.now(); ; ) {
    try {
      await sleep(pollInterval(performance.now() - began), undefined, signal && { signal });
    } catch {
      throw await cancel(athena, id);
    }
    const execution = await getExecution(athena, id);
    if (!execution) continue;
    onProgress?.(execution);
    const state = execution.Status?.State;
    if (state === "SUCCEEDED") return { id, execution };
    if (state === "FAILED" || state === "CANCELLED") throw new QueryFailure(id, execution);
  }
}

async function getExecution(athena: AthenaClient, id: string): Promise<QueryExecution | undefined> {
  const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
  return QueryExecution;
}

async function cancel(athena: AthenaClient, id: string): Promise<Interruption> {
  try {
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    return new QueryCancelled(id, await getExecution(athena, id));
  } catch (error) {
    return new Interruption(
      `interrupted, but query ${id} may go on, since it could not be stopped: ${messageOf(error)}`,
    );
  }
}

/** Cancelled by the user's Ctrl-C. What it had scanned by then is billed. */
export class QueryCancelled extends Interruption {
  constructor(
    id: string,
    readonly execution: QueryExecution | undefined,
  ) {
    super(`stopped; query ${id} was cancelled on the server`);
  }
}

/** Views deployed by versions before 0.2 have no SerDe; a deployment updates them. */
const adviceFor = (reason: string): string =>
  reason.includes("missing SerDe info")
    ? "; the view was deployed by an older version: deploy again with npm start or pulumi up"
    : "";

/** The query failed, or was cancelled by another user or by the workgroup's limit on scanned bytes. */
export class QueryFailure extends Failure {
  constructor(
    readonly id: string,
    readonly execution: QueryExecution,
    readonly addition = "",
    readonly reason = execution.Status?.StateChangeReason ??
      execution.Status?.AthenaError?.ErrorMessage ??
      "no reason given",
  ) {
    super(
      `the query ${execution.Status?.State === "CANCELLED" ? "was cancelled" : "failed"}: ${reason}${adviceFor(reason)}${addition} (query ${id})`,
    );
  }

  /** The same failure with more after Athena's reason. */
  with(addition: string): QueryFailure {
    return new QueryFailure(this.id, this.execution, this.addition + addition, this.reason);
  }

  /** The same failure of the query without the first characters of its first line. */
  movedBack(characters: number): QueryFailure {
    const move = (_: string, column: string) => `line 1:${Number(column) - characters}`;
    const reason = this.reason.replace(/\bline 1:(\d+)/, move);
    return new QueryFailure(this.id, this.execution, this.addition, reason);
  }

  /** The same failure with the position in the report's file, when the message names one in the query. */
  at(describe: (line: number, column: number) => string): QueryFailure {
    const match = /line (\d+):(\d+)/.exec(this.message);
    return match ? this.with(`; ${describe(Number(match[1]), Number(match[2]))}`) : this;
  }
}
