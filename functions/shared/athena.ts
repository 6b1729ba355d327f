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

const SHORTEST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1000;

/**
 * Waits between the questions whether a statement has ended. The first is half of what statements before it usually took;
 * each later one is half as long again as the one before.
 */
export function* waits(usualMilliseconds: number): Generator<number, never> {
  if (usualMilliseconds > SHORTEST_WAIT_MS) yield 0.5 * usualMilliseconds;
  let wait = Math.max(SHORTEST_WAIT_MS, 0.1 * usualMilliseconds);
  for (;;) {
    yield Math.min(LONGEST_WAIT_MS, wait);
    wait *= 1.5;
  }
}

/** Runs statements whose results fit in one page. */
export class Statements {
  #usualMilliseconds = 0;

  constructor(
    private readonly athena: AthenaClient,
    private readonly target: QueryTarget,
    private readonly signal: AbortSignal,
  ) {}

  /** Returns no rows for statements other than SELECT. */
  async run(sql: string): Promise<string[][]> {
    const { athena, target } = this;
    const options = { abortSignal: this.signal };
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        QueryExecutionContext: { Database: target.database },
        WorkGroup: target.workgroup,
      }),
      options,
    );
    for (const wait of waits(this.#usualMilliseconds)) {
      await sleep(wait, undefined, { signal: this.signal });
      const { QueryExecution } = await athena.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
        options,
      );
      const { State, StateChangeReason } = QueryExecution?.Status ?? {};
      if (State === "SUCCEEDED") {
        this.#took(QueryExecution?.Statistics?.TotalExecutionTimeInMillis ?? 0);
        break;
      }
      if (State === "FAILED" || State === "CANCELLED")
        throw new Error(`the query ${QueryExecutionId} ended as ${State}: ${StateChangeReason}`);
    }
    if (!sql.startsWith("SELECT")) return [];
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }), options);
    // The first row has the column names.
    return (ResultSet?.Rows ?? [])
      .slice(1)
      .map(({ Data = [] }) => Data.map((cell) => cell.VarCharValue ?? ""));
  }

  #took(milliseconds: number): void {
    const usual = this.#usualMilliseconds;
    this.#usualMilliseconds = usual === 0 ? milliseconds : (usual + milliseconds) / 2;
  }
}
