import type { QueryExecution } from "@aws-sdk/client-athena";
import { names } from "../../data/names";
import { fillQuestionMarks } from "../../sql/library/tokens";
import type { BoundQuery } from "../../sql/library/where";
import { type FinishedQuery, QueryCancelled, QueryFailure, runQuery } from "../../tools/kit/athena";
import type { Cells } from "../../tools/kit/athena-csv";
import { readResults } from "../../tools/kit/athena-results";
import { STATE_DIRECTORY } from "../../tools/kit/connect";
import { ClosedPipe, Failure, hasExitCode, Interruption, Refusal } from "../../tools/kit/errors";
import { afterDeployment, catchingUp } from "../../tools/kit/local-stack";
import { problemOf } from "../../tools/kit/problems";
import { Clients } from "../clients";
import type { Context } from "../context";
import { type Coverage, completenessWarnings } from "../lake/completeness";
import { type Estimate, estimate, type Scan } from "../plan/estimate";
import { describe, guard, type Limits, workgroupScanLimit } from "../plan/guard";
import type { RenderInput } from "../render/model";
import { Ledger } from "./ledger";
import type { MissingRows } from "./missing-rows";
import type { QueryOptions } from "./options";
import { queryProgress, statistics } from "./statistics";
import { suggestionFor } from "./suggestions";

/** A query to run: that of a saved report or an ad-hoc one. */
export interface Job {
  /** The report's id, or "sql". */
  readonly label: string;
  readonly bound: BoundQuery;
  readonly scans: (clients: Clients, database: string) => Promise<readonly Scan[]>;
  readonly coverage?: Coverage;
  readonly missingRows?: MissingRows;
  /** Adds title, units and chart to the result. */
  readonly present: (result: Pick<RenderInput, "columns" | "rows" | "warnings">) => RenderInput;
  /** Position in the report's file of a position in the query. */
  readonly position?: (line: number) => string;
  readonly deliver: (input: RenderInput) => Promise<void>;
  /** The query writes its rows itself, as UNLOAD does: its result has none. */
  readonly writesRows?: boolean;
  /** Gets the estimate before the query runs. */
  readonly onPlan?: (estimate: Estimate) => void;
}

const VALIDATE = "EXPLAIN (TYPE VALIDATE) ";

interface Plan {
  readonly estimate: Estimate;
  readonly limits: Limits;
}

interface Delivered {
  /** Undefined when the query has written them. */
  readonly rows: number | undefined;
  readonly warnings: readonly string[];
}

/** A connection to an environment, on which queries run: plan, execute, deliver, account. */
export class Session {
  readonly clients: Clients;
  readonly #env: string;
  readonly #options: QueryOptions;
  readonly #context: Context;
  readonly #ledger: Ledger;

  private constructor(options: QueryOptions, context: Context, clients: Clients) {
    this.clients = clients;
    this.#env = options.env;
    this.#options = options;
    this.#context = context;
    this.#ledger = new Ledger(options.env, this.#dir);
  }

  /** Opens a session for some work. Returns the exit code. */
  static async use(
    options: QueryOptions,
    context: Context,
    work: (session: Session) => Promise<void>,
  ): Promise<number> {
    const { connection, close } = await context.connect(options.env, options.dir);
    const clients = new Clients(connection, context.signal);
    try {
      const session = new Session(options, context, clients);
      await afterDeployment(options.env, session.#dir, () => work(session));
    } catch (error) {
      if (!(error instanceof ClosedPipe)) throw error;
    } finally {
      clients.close();
      await close?.();
    }
    return 0;
  }

  get #dir(): string {
    return this.#options.dir ?? this.#context.stateDir ?? STATE_DIRECTORY;
  }

  get database(): string {
    return names(this.#env).database;
  }

  /** Makes AWS calls and turns their errors into messages for the user. */
  async attempt<T>(calls: () => Promise<T>): Promise<T> {
    try {
      return await calls();
    } catch (error) {
      if (hasExitCode(error)) throw error;
      // The abort made the call in progress fail.
      if (this.#context.signal?.aborted) throw new Interruption("stopped");
      const { workgroup } = names(this.#env);
      const problem = problemOf(error, { env: this.#env, workgroup, endpoint: this.clients.endpoint });
      throw problem === undefined ? error : new Failure(problem);
    }
  }

  run(job: Job): Promise<void> {
    return this.attempt(async () => {
      const plan = await this.#plan(job);
      if (this.#options["dry-run"]) return this.#dryRun(job, plan);
      await this.#checkLimits(job, plan);
      job.onPlan?.(plan.estimate);
      const finished = await this.#execute(job, plan);
      const delivered = await this.#deliver(job, plan, finished).finally(() =>
        this.#account(job, plan, finished.execution),
      );
      if (!this.#options.quiet) await this.#summarize(job, plan, finished, delivered);
    });
  }

  async #plan(job: Job): Promise<Plan> {
    const { database, workgroup } = names(this.#env);
    const [planned, workgroupLimit] = await Promise.all([
      job.scans(this.clients, database).then((scans) => estimate(this.clients, database, scans)),
      workgroupScanLimit(this.clients, workgroup),
    ]);
    const { "max-scan": maxScan, "allow-full-scan": allowFullScan } = this.#options;
    return { estimate: planned, limits: { maxScan, allowFullScan, workgroupLimit } };
  }

  /** Prints the query with its literals and the estimate. Throws the Refusal that a real run would. */
  async #dryRun(job: Job, plan: Plan): Promise<void> {
    const { stdout, stderr } = this.#context;
    await stdout.write(`${fillQuestionMarks(job.bound.query, job.bound.parameters)}\n`);
    await stderr.write(`would scan ${describe(plan.estimate)}\n`);
    try {
      await this.#guard(job, plan);
    } catch (error) {
      if (error instanceof Refusal) await stderr.write(`would be ${error.message}\n`);
      throw error;
    }
  }

  /** Throws a Refusal if the query would scan too much, or Athena's error if it could not run anyway. */
  async #guard(job: Job, plan: Plan): Promise<void> {
    try {
      guard(plan.estimate, plan.limits);
    } catch (refusal) {
      // A query without bounds was typed by hand, so its names may be wrong.
      if (plan.estimate.unpruned.length > 0) await this.#validate(job);
      throw refusal;
    }
  }

  /**
   * Asks Athena whether the query's names and types are right. EXPLAIN scans nothing and costs nothing. Source: Athena User
   * Guide, "Using EXPLAIN and EXPLAIN ANALYZE in Athena".
   */
  async #validate(job: Job): Promise<void> {
    const { query, parameters } = job.bound;
    const signal = this.#context.signal;
    const validation = { query: `${VALIDATE}${fillQuestionMarks(query, parameters)}`, parameters: [] };
    try {
      await runQuery(this.clients.athena, names(this.#env), validation, signal && { signal });
    } catch (error) {
      if (!(error instanceof QueryFailure)) throw error;
      throw await this.#explained(error.movedBack(VALIDATE.length), job);
    }
  }

  async #checkLimits(job: Job, plan: Plan): Promise<void> {
    await this.#guard(job, plan);
    const { "allow-over-budget": allowOverBudget, quiet } = this.#options;
    const warning = await this.#ledger.checkBudget(plan.estimate.cost, this.#context.now(), allowOverBudget);
    if (warning && !quiet) await this.#context.stderr.write(`${warning}\n`);
  }

  async #execute(job: Job, plan: Plan): Promise<FinishedQuery> {
    const { stderr, now, signal } = this.#context;
    const { reuse } = this.#options;
    const progress = queryProgress(stderr, now);
    try {
      return await runQuery(this.clients.athena, names(this.#env), job.bound, {
        ...(reuse !== undefined && { reuseMinutes: reuse }),
        ...(signal && { signal }),
        onProgress: progress.show,
      });
    } catch (error) {
      if ((error instanceof QueryFailure || error instanceof QueryCancelled) && error.execution)
        await this.#account(job, plan, error.execution);
      if (!(error instanceof QueryFailure)) throw error;
      throw await this.#explained(error, job);
    } finally {
      progress.clear();
    }
  }

  async #explained(error: QueryFailure, job: Job): Promise<QueryFailure> {
    const suggestion = await suggestionFor(this.clients, this.database, job.bound.query, error.message);
    const suggested = error.with(suggestion);
    return job.position ? suggested.at(job.position) : suggested;
  }

  async #deliver(job: Job, plan: Plan, finished: FinishedQuery): Promise<Delivered> {
    const { signal, now } = this.#context;
    const results = job.writesRows
      ? { columns: [], rows: noRows() }
      : await readResults(this.clients.athena, finished, {
          ...(signal && { signal }),
          openObject: (bucket, key) => this.clients.openObject(bucket, key),
        });
    let count = 0;
    async function* counted() {
      for await (const batch of results.rows) {
        count += batch.length;
        yield batch;
      }
    }
    const rows = job.missingRows?.watch(results.columns, counted()) ?? counted();
    // A document shows the warnings before its rows. The lines on stderr need them in any case.
    let found: Promise<readonly string[]> | undefined;
    const warnings = () => {
      found ??= job.coverage
        ? completenessWarnings(this.clients, plan.estimate, job.coverage, now())
        : Promise.resolve([]);
      return found;
    };
    await job.deliver(job.present({ columns: results.columns, rows, warnings }));
    return {
      rows: job.writesRows ? undefined : count,
      warnings: this.#options.quiet ? [] : await warnings(),
    };
  }

  #account({ label }: Job, plan: Plan, execution: QueryExecution): Promise<void> {
    return this.#ledger.add(label, execution, plan.estimate.region, this.#context.now());
  }

  async #summarize(job: Job, plan: Plan, { execution }: FinishedQuery, { rows, warnings }: Delivered) {
    const { stderr, now } = this.#context;
    const lines = [
      statistics(plan.estimate, execution, rows, now()),
      ...(job.coverage && rows !== undefined
        ? (job.missingRows?.explain(rows, plan.estimate, job.coverage) ?? [])
        : []),
      ...warnings,
      catchingUp(this.#env, this.#dir),
    ].filter((line) => line !== undefined);
    for (const line of lines) await stderr.write(`${line}\n`);
  }
}

async function* noRows(): AsyncGenerator<readonly Cells[]> {}
