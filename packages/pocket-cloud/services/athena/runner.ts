import { rmSync } from "node:fs";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { Interrupted, QueryFailure } from "../../../trino-duckdb";
import { ended } from "./executions";
import { reportExecution } from "./metrics";
import type { Execution } from "./records";
import { type BoundQuery, bindQuery, CutoffExceeded, resultFile } from "./run/query";
import { storeCount, storeListing, storeResult } from "./run/results";
import { kindOf, resolveExecute, type Submission } from "./statements/submission";
import type { AthenaStore } from "./store";

/** Queries that run concurrently. */
const CONCURRENCY = 4;

/** Seconds that a statement may run. Source: Athena's quotas "DML query timeout" and "DDL query timeout". */
const DML_SECONDS = 30 * 60;
const DDL_SECONDS = 600 * 60;

/** Athena's numeric error types. Source: "Athena error catalog", Athena User Guide. */
const EXHAUSTED = 1;
const INTERNAL = 200;
const TIMEOUT = 210;
const types: Readonly<Record<string, number>> = {
  DIVISION_BY_ZERO: 1001,
  TYPE_MISMATCH: 1002,
  COLUMN_NOT_FOUND: 1006,
  CATALOG_NOT_FOUND: 1006,
  INVALID_CAST_ARGUMENT: 1100,
  NOT_SUPPORTED: 1200,
  TABLE_NOT_FOUND: 1301,
  SCHEMA_NOT_FOUND: 1301,
  FUNCTION_NOT_FOUND: 1303,
};
const QUERY_TIMEOUT = "Query timeout";
const typeOf = (code: string): number => types[code] ?? 1000;

interface Queued {
  readonly execution: Execution;
  readonly submission: Submission;
}

/** Runs executions, from QUEUED to their final state. */
export class Runner {
  readonly #queue: Queued[] = [];
  readonly #running = new Map<string, { stop: AbortController; done: Promise<void>; begun: number }>();

  readonly #stopping = new AbortController();
  readonly #idleListeners: (() => void)[] = [];
  #backgroundChecks: Promise<void> = Promise.resolve();

  constructor(readonly store: AthenaStore) {}

  submit(execution: Execution, submission: Submission): void {
    this.store.executions.save(execution);
    this.#queue.push({ execution, submission });
    this.#next();
  }

  /** Cancels an execution that has not ended. */
  cancel(execution: Execution, reason: string): void {
    if (ended(execution)) return;
    const at = this.#queue.findIndex((queued) => queued.execution === execution);
    if (at >= 0) this.#queue.splice(at, 1);
    this.#end(execution, "CANCELLED", reason);
    this.#running.get(execution.id)?.stop.abort();
  }

  /** Waits until a running execution has ended, but not longer than it has run, within limits in milliseconds. */
  async ends(execution: Execution, { least, most }: { least: number; most: number }): Promise<void> {
    const running = this.#running.get(execution.id);
    if (!running || ended(execution)) return;
    const millis = Math.min(most, Math.max(least, performance.now() - running.begun));
    const waiting = new AbortController();
    await Promise.race([running.done, sleep(millis, undefined, { signal: waiting.signal })]);
    waiting.abort();
  }

  async stop(): Promise<void> {
    this.#queue.length = 0;
    for (const { stop } of this.#running.values()) stop.abort();
    this.#stopping.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    await this.#backgroundChecks;
  }

  /** Resolves when no query runs. */
  readonly #whenIdle = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.#running.size === 0) resolve();
      else this.#idleListeners.push(resolve);
    });

  #next(): void {
    while (this.#running.size < CONCURRENCY) {
      const queued = this.#queue.shift();
      if (!queued) return;
      const { execution } = queued;
      const stop = new AbortController();
      const timeout = setTimeout(() => stop.abort(QUERY_TIMEOUT), 1000 * this.#seconds(execution));
      timeout.unref();
      const done = this.#run(queued, stop.signal).finally(() => {
        clearTimeout(timeout);
        this.#running.delete(execution.id);
        this.#next();
        if (this.#running.size === 0) for (const resolve of this.#idleListeners.splice(0)) resolve();
      });
      this.#running.set(execution.id, { stop, done, begun: performance.now() });
    }
  }

  #seconds({ statementType }: Execution): number {
    const { dml = DML_SECONDS, ddl = DDL_SECONDS } = this.store.cloud.queryTimeouts ?? {};
    return statementType === "DML" ? dml : ddl;
  }

  async #run({ execution, submission }: Queued, signal: AbortSignal): Promise<void> {
    const { clock } = this.store.cloud;
    execution.state = "RUNNING";
    execution.started = clock.now();
    const begun = performance.now();
    try {
      await this.#execute(execution, submission, signal);
      execution.elapsed = Math.round(performance.now() - begun);
      if (!ended(execution)) this.#end(execution, "SUCCEEDED");
    } catch (error) {
      execution.elapsed = Math.round(performance.now() - begun);
      if (signal.reason === QUERY_TIMEOUT) this.#fail(execution, QUERY_TIMEOUT, 1, TIMEOUT);
      else this.#failed(execution, error);
    }
  }

  async #execute(execution: Execution, submission: Submission, signal: AbortSignal): Promise<void> {
    if (submission instanceof QueryFailure) throw submission;
    const { parsed, parameters } = resolveExecute(this.store, execution, submission);
    if ("statement" in parsed) {
      // The kind of an EXECUTE is that of its prepared statement.
      Object.assign(execution, kindOf(parsed));
      const result = await parsed.statement.run({ store: this.store, execution, signal, parameters });
      if ("verb" in result) await storeCount(this.store.cloud, execution, result);
      else await storeListing(this.store.cloud, execution, result);
      return;
    }
    const file = resultFile(this.store, execution);
    // Parsing and compiling a long query take a while each. Other requests are answered between them.
    await setImmediate();
    const begun = performance.now();
    const bound = await bindQuery(this.store, execution, parsed.query, parameters, signal);
    execution.planning = Math.round(performance.now() - begun);
    try {
      const { columns } = bound.compiled;
      const [{ rows, bytes }] = await Promise.all([
        this.store.engine.query(bound.sql, columns, file, signal),
        bound.count(),
      ]);
      execution.columns = columns;
      execution.rows = rows;
      execution.bytes = bytes;
      await storeResult(this.store.cloud, execution, file, bytes);
    } catch (error) {
      bound.release();
      throw bound.errorOf(error);
    } finally {
      rmSync(file, { force: true });
    }
    this.#checkInBackground(bound);
  }

  /** One check after the other, while no query runs. A failure is logged and does not affect the query. */
  #checkInBackground({ check, release }: BoundQuery): void {
    this.#backgroundChecks = this.#backgroundChecks
      .then(() => check(this.#stopping.signal, this.#whenIdle))
      .catch((error: unknown) => {
        if (!(error instanceof Interrupted)) this.store.cloud.log(`athena: ${String(error)}`);
      })
      .finally(release);
  }

  #failed(execution: Execution, error: unknown): void {
    if (ended(execution)) return;
    if (error instanceof CutoffExceeded)
      this.#end(execution, "CANCELLED", "Query cancelled! : Bytes scanned limit was exceeded");
    else if (error instanceof Interrupted) this.#end(execution, "CANCELLED", "the embedded cloud stopped");
    else if (error instanceof QueryFailure && error.code === "EXCEEDED_LOCAL_MEMORY_LIMIT")
      this.#fail(execution, "Query exhausted resources at this scale factor", 1, EXHAUSTED);
    else if (error instanceof QueryFailure) this.#fail(execution, error.message, 2, typeOf(error.code));
    else {
      this.store.cloud.log(
        `athena: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      this.#fail(
        execution,
        `GENERIC_INTERNAL_ERROR: ${error instanceof Error ? error.message : String(error)}`,
        1,
        INTERNAL,
      );
    }
  }

  #fail(execution: Execution, message: string, category: number, type: number): void {
    execution.error = { category, type, message, retryable: category === 1 };
    this.#end(execution, "FAILED", message);
  }

  #end(execution: Execution, state: "SUCCEEDED" | "FAILED" | "CANCELLED", reason?: string): void {
    const { clock } = this.store.cloud;
    execution.state = state;
    if (reason !== undefined) execution.reason = reason;
    execution.completed = Math.max(clock.now(), execution.submitted);
    try {
      this.store.executions.save(execution);
    } catch (error) {
      // The disk is full. The state stays in memory; after a restart, the query counts as interrupted.
      this.store.cloud.log(`athena: the state of query ${execution.id} cannot be written: ${String(error)}`);
    }
    if (execution.metrics) reportExecution(this.store.cloud, execution);
  }
}
