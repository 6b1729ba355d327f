import { setTimeout as sleep } from "node:timers/promises";
import type { QueryExecution } from "@aws-sdk/client-athena";
import type { BoundQuery } from "../../sql/library/bind";
import { Failure, Interruption } from "../errors";
import type { Clients } from "./connection";

export interface Target {
  readonly database: string;
  readonly workgroup: string;
}

export interface ExecutionOptions {
  /** Accept a stored result up to this old, in minutes. */
  readonly reuseMinutes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (execution: QueryExecution) => void;
}

/** A query that ran to its end on the server. */
export interface Finished {
  readonly id: string;
  readonly execution: QueryExecution;
}

/** Milliseconds until the next look at the state: a query is noticed at most a quarter of its time after its end. */
const pauseAfter = (waited: number): number => Math.min(1_000, Math.max(20, waited / 4));

export async function execute(
  clients: Clients,
  target: Target,
  bound: BoundQuery,
  options: ExecutionOptions = {},
): Promise<Finished> {
  const athena = await clients.athena();
  const { StartQueryExecutionCommand } = await import("../aws/athena");
  if (options.signal?.aborted) throw new Interruption("stopped before the query began");
  const started = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: bound.query,
      QueryExecutionContext: { Database: target.database },
      WorkGroup: target.workgroup,
      ...(bound.parameters.length > 0 && { ExecutionParameters: [...bound.parameters] }),
      ...(options.reuseMinutes !== undefined && {
        ResultReuseConfiguration: {
          ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: options.reuseMinutes },
        },
      }),
    }),
  );
  const id = started.QueryExecutionId ?? "";
  for (const begun = performance.now(); ; ) {
    try {
      const pause = pauseAfter(performance.now() - begun);
      await sleep(pause, undefined, options.signal && { signal: options.signal });
    } catch {
      throw await stop(clients, id);
    }
    const execution = await look(clients, id);
    if (!execution) continue;
    options.onProgress?.(execution);
    const state = execution.Status?.State;
    if (state === "SUCCEEDED") return { id, execution };
    if (state === "FAILED" || state === "CANCELLED") throw new QueryFailure(id, execution);
  }
}

async function look(clients: Clients, id: string): Promise<QueryExecution | undefined> {
  const athena = await clients.athena();
  const { GetQueryExecutionCommand } = await import("../aws/athena");
  const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
  return QueryExecution;
}

async function stop(clients: Clients, id: string): Promise<Interruption> {
  const athena = await clients.athena();
  const { StopQueryExecutionCommand } = await import("../aws/athena");
  try {
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    return new QueryStopped(id, await look(clients, id));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return new Interruption(
      `interrupted, but query ${id} may go on, since it could not be stopped: ${reason}`,
    );
  }
}

/** Stopped by the person; what it had scanned by then is billed. */
export class QueryStopped extends Interruption {
  constructor(
    id: string,
    readonly execution: QueryExecution | undefined,
  ) {
    super(`stopped; query ${id} was cancelled on the server`);
  }
}

/** FAILED, or CANCELLED by somebody else: by a person, or by the workgroup's limit on scanned bytes. */
export class QueryFailure extends Failure {
  constructor(
    readonly id: string,
    readonly execution: QueryExecution,
    where = "",
  ) {
    const reason =
      execution.Status?.StateChangeReason ?? execution.Status?.AthenaError?.ErrorMessage ?? "no reason given";
    super(
      `the query ${execution.Status?.State === "CANCELLED" ? "was cancelled" : "failed"}: ${reason}${where} (query ${id})`,
    );
  }

  /** The same with the place in the person's file, when the reason names one in the query. */
  at(place: (line: number, column: number) => string): QueryFailure {
    const match = /line (\d+):(\d+)/.exec(this.message);
    return match
      ? new QueryFailure(this.id, this.execution, `; ${place(Number(match[1]), Number(match[2]))}`)
      : this;
  }
}
