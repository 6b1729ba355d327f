import type { QueryExecution } from "@aws-sdk/client-athena";
import { names } from "../../data/names";
import type { BoundQuery } from "../../sql/library/bind";
import { QueryCancelled, QueryFailure, runQuery } from "../../tools/kit/athena";
import { readResults } from "../../tools/kit/athena-results";
import { Failure, hasExitCode, Interruption } from "../../tools/kit/errors";
import { problemOf } from "../../tools/kit/problems";
import { type Given, textOption } from "../arguments";
import { Clients } from "../athena/connection";
import { checkBudget } from "../ledger/budget";
import { ledgerOf } from "../ledger/ledger";
import { estimate, type Scan } from "../plan/estimate";
import { guard } from "../plan/guard";
import { scanLimitOf } from "../plan/workgroup";
import type { RenderInput } from "../render/model";
import type { Surroundings } from "../surroundings";
import type { Asked } from "./asked";
import { dryRun } from "./dry-run";
import { emptiness } from "./emptiness";
import { environmentOf, limitsOf, reuseOf } from "./options";
import { progress } from "./progress";
import { type Coverage, shortcomings } from "./shortcomings";
import { statistics } from "./statistics";

/** A query ready to run: a saved report's or somebody's own. */
export interface Job {
  /** The report's id, or "sql". */
  readonly label: string;
  readonly bound: BoundQuery;
  readonly scans: (clients: Clients, database: string) => Promise<readonly Scan[]>;
  readonly coverage?: Coverage;
  readonly asked?: Asked;
  /** Makes the server's answer what a format lays out. */
  readonly present: (results: Pick<RenderInput, "columns" | "rows" | "shortcomings">) => RenderInput;
  /** Where in the person's file the server's "line 3:5" is. */
  readonly place?: (line: number, column: number) => string;
}

export type Deliver = (input: RenderInput) => Promise<void>;

/** Estimate, guard, run, deliver, account: the same for every query. */
export class Session {
  readonly env: string;
  readonly #given: Given;
  readonly #surroundings: Surroundings;
  readonly #clients: Clients;
  readonly #close: () => Promise<void>;

  private constructor(
    given: Given,
    env: string,
    surroundings: Surroundings,
    clients: Clients,
    close: () => Promise<void>,
  ) {
    this.#given = given;
    this.env = env;
    this.#surroundings = surroundings;
    this.#clients = clients;
    this.#close = close;
  }

  static async open(given: Given, surroundings: Surroundings): Promise<Session> {
    const env = environmentOf(given);
    const open = await surroundings.connect(env, textOption(given, "dir"));
    const close = open.close ?? (async () => {});
    return new Session(given, env, surroundings, new Clients(open.connection, surroundings.signal), close);
  }

  get clients(): Clients {
    return this.#clients;
  }

  async close(): Promise<void> {
    await this.#clients.close();
    await this.#close();
  }

  get database(): string {
    return names(this.env).database;
  }

  /** Calls of AWS whose errors a person is to read. */
  async attempt<T>(calls: () => Promise<T>): Promise<T> {
    try {
      return await calls();
    } catch (error) {
      // Whatever call was under way, it was cut short by Ctrl-C.
      if (this.#surroundings.signal?.aborted && !hasExitCode(error)) throw new Interruption("stopped");
      const problem = hasExitCode(error)
        ? undefined
        : problemOf(error, {
            env: this.env,
            workgroup: names(this.env).workgroup,
            endpoint: this.#clients.where,
          });
      throw problem === undefined ? error : new Failure(problem);
    }
  }

  run(job: Job, deliver: Deliver): Promise<void> {
    return this.attempt(() => this.#run(job, deliver));
  }

  async #run(job: Job, deliver: Deliver): Promise<void> {
    const { database, workgroup } = names(this.env);
    const { stderr, now, signal } = this.#surroundings;
    const [planned, cancelledAbove] = await Promise.all([
      job.scans(this.#clients, database).then((scans) => estimate(this.#clients, database, scans)),
      scanLimitOf(this.#clients, workgroup),
    ]);
    const limits = { ...limitsOf(this.#given), ...(cancelledAbove !== undefined && { cancelledAbove }) };
    if (this.#given["dry-run"] === true) return dryRun(this.#surroundings, job, planned, limits);
    guard(planned, limits);
    const ledger = ledgerOf(this.#given, this.#surroundings, this.env);
    const warning = await checkBudget(ledger, planned.cost, now(), this.#given["allow-over-budget"] === true);
    if (warning && !this.#given.quiet) await stderr.write(`${warning}\n`);
    const reuseMinutes = reuseOf(this.#given);
    const line = progress(stderr, now);
    const athena = await this.#clients.athena();
    const account = (execution: QueryExecution) => ledger.add(job.label, execution, planned.region, now());
    try {
      const finished = await runQuery(athena, { database, workgroup }, job.bound, {
        ...(reuseMinutes !== undefined && { reuseMinutes }),
        ...(signal && { signal }),
        onProgress: line.show,
      });
      line.clear();
      let count = 0;
      const results = await readResults(athena, finished, {
        ...(signal && { signal }),
        openObject: (bucket, key) => this.#clients.openObject(bucket, key),
      });
      const counted = counting(results.rows, (rows) => {
        count += rows;
      });
      const rows = job.asked?.watch(results.columns, counted) ?? counted;
      // Asked for by a document before it is written, and by the lines for the person after it: found out once.
      let found: Promise<readonly string[]> | undefined;
      const lacking = () => {
        found ??= job.coverage
          ? shortcomings(this.#clients, planned, job.coverage, now())
          : Promise.resolve([]);
        return found;
      };
      try {
        await deliver(job.present({ columns: results.columns, rows, shortcomings: lacking }));
      } finally {
        await account(finished.execution);
      }
      if (this.#given.quiet === true) return;
      const lines = [
        statistics({ planned, execution: finished.execution, rows: count, now: now() }),
        ...(job.asked && job.coverage ? emptiness(count, planned, job.asked, job.coverage) : []),
        ...(await lacking()),
      ];
      for (const text of lines) await stderr.write(`${text}\n`);
    } catch (error) {
      line.clear();
      if ((error instanceof QueryFailure || error instanceof QueryCancelled) && error.execution)
        await account(error.execution);
      throw error instanceof QueryFailure && job.place ? error.at(job.place) : error;
    }
  }
}

async function* counting<T>(
  rows: AsyncIterable<readonly T[]>,
  add: (rows: number) => void,
): AsyncGenerator<readonly T[]> {
  for await (const batch of rows) {
    add(batch.length);
    yield batch;
  }
}
