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
/** A statement that waited long for Athena to begin tells little about the next one. */
const LONGEST_FIRST_WAIT_MS = 5000;

/**
 * Delays between polls of a statement's state. The first is three quarters of the usual duration, the second a tenth of it. Each later
 * one is 1.5 times the one before, up to a second.
 */
export function* waits(usualMilliseconds: number): Generator<number, never> {
  if (usualMilliseconds > SHORTEST_WAIT_MS) yield Math.min(LONGEST_FIRST_WAIT_MS, 0.75 * usualMilliseconds);
  let wait = Math.max(SHORTEST_WAIT_MS, 0.1 * usualMilliseconds);
  for (;;) {
    yield Math.min(LONGEST_WAIT_MS, wait);
    wait *= 1.5;
  }
}

/** Runs statements whose results fit in one page. */
export class Statements {
  /** How long statements usually take, by their first word. */
  readonly #usualMilliseconds = new Map<string, number>();

  constructor(
    private readonly athena: AthenaClient,
    private readonly target: QueryTarget,
    private readonly signal: AbortSignal,
  ) {}

  /** Returns no rows for statements other than SELECT. */
  async run(sql: string): Promise<string[][]> {
    const { athena, target } = this;
    const options = { abortSignal: this.signal };
    const [kind = ""] = /^\w+/.exec(sql) ?? [];
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        QueryExecutionContext: { Database: target.database },
        WorkGroup: target.workgroup,
      }),
      options,
    );
    for (const wait of waits(this.#usualMilliseconds.get(kind) ?? 0)) {
      await sleep(wait, undefined, { signal: this.signal });
      const { QueryExecution } = await athena.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
        options,
      );
      const { State, StateChangeReason } = QueryExecution?.Status ?? {};
      if (State === "SUCCEEDED") {
        this.#took(kind, QueryExecution?.Statistics?.TotalExecutionTimeInMillis);
        break;
      }
      if (State === "FAILED" || State === "CANCELLED")
        throw new Error(`the query ${QueryExecutionId} ended as ${State}: ${StateChangeReason}`);
    }
    if (kind !== "SELECT") return [];
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }), options);
    // The first row has the column names.
    return (ResultSet?.Rows ?? [])
      .slice(1)
      .map(({ Data = [] }) => Data.map((cell) => cell.VarCharValue ?? ""));
  }

  #took(kind: string, milliseconds: number | undefined): void {
    if (milliseconds === undefined) return;
    const before = this.#usualMilliseconds.get(kind) ?? milliseconds;
    this.#usualMilliseconds.set(kind, (before + milliseconds) / 2);
  }
}
