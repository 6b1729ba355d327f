import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { QueryFailure } from "../sql/failure";
import { explain } from "./errors";
import type { Answer, Request, ResultColumn, WorkerOptions } from "./protocol";

export interface Outcome {
  readonly rows: number;
  readonly bytes: number;
}

/** Thrown when the query was stopped by its signal or by stop(). */
export class Interrupted extends Error {}

/** DuckDB in a worker thread, which keeps the main thread free and lets queries be stopped. Starts at first use. */
export class Engine {
  #worker: Worker | undefined;
  #serial = 0;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Error) => void }
  >();

  constructor(
    readonly dir: string,
    readonly memory = "512MB",
  ) {}

  /** Writes the result of a query to a CSV file, with a header and the texts of Athena. */
  async query(
    sql: string,
    columns: readonly ResultColumn[],
    file: string,
    signal?: AbortSignal,
  ): Promise<Outcome> {
    return this.#ask((id) => ({ kind: "query", id, sql, columns, file }), signal);
  }

  /** Runs a statement that writes files itself, such as COPY. */
  async execute(sql: string, signal?: AbortSignal): Promise<Outcome> {
    return this.#ask((id) => ({ kind: "execute", id, sql }), signal);
  }

  /** Returns the rows of a small query as DuckDB's texts. */
  async rows(sql: string, signal?: AbortSignal): Promise<readonly (readonly (string | null)[])[]> {
    const answer = await this.#ask((id) => ({ kind: "rows", id, sql }), signal);
    return answer.values ?? [];
  }

  /** Starts the worker ahead of the first query. */
  warm(): void {
    this.#start();
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (!worker) return;
    // terminate() would crash the process while DuckDB's threads run, so the worker exits by itself.
    worker.ref();
    const ended = once(worker, "exit");
    worker.postMessage({ kind: "close" } satisfies Request);
    await ended;
    this.#failAll(new Interrupted("the engine stopped"));
  }

  async #ask(
    make: (id: number) => Request,
    signal?: AbortSignal,
  ): Promise<Extract<Answer, { rows: number }>> {
    if (signal?.aborted) throw new Interrupted("stopped before it began");
    const worker = this.#start();
    const id = ++this.#serial;
    const interrupt = () => worker.postMessage({ kind: "interrupt", id } satisfies Request);
    signal?.addEventListener("abort", interrupt);
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        // The worker keeps the process alive only while requests are pending.
        if (this.#waiting.size === 0) worker.ref();
        this.#waiting.set(id, { resolve, reject });
        worker.postMessage(make(id));
      });
      if (signal?.aborted) throw new Interrupted("stopped");
      if ("error" in answer)
        throw worker === this.#worker ? explain(answer.error) : new Interrupted("the engine stopped");
      return answer;
    } finally {
      this.#waiting.delete(id);
      if (this.#waiting.size === 0 && worker === this.#worker) worker.unref();
      signal?.removeEventListener("abort", interrupt);
    }
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const temporary = join(this.dir, "spill");
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
    const workerData: WorkerOptions = {
      base: __filename,
      temporary,
      memory: this.memory,
      threads: Math.min(4, availableParallelism()),
    };
    const worker = existsSync(BUILT)
      ? new Worker(BUILT, { workerData })
      : new Worker(bundle(), { eval: true, workerData });
    worker.unref();
    worker.on("message", (answer: Answer) => this.#waiting.get(answer.id)?.resolve(answer));
    worker.on("error", (error) => {
      this.#worker = undefined;
      this.#failAll(new QueryFailure("GENERIC_INTERNAL_ERROR", `the query engine failed: ${error.message}`));
    });
    this.#worker = worker;
    return worker;
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The worker in a built package. */
const BUILT = join(__dirname, "worker.js");

let bundled: string | undefined;

/** Bundles the worker from TypeScript, which worker threads do not load on every supported version of Node. */
function bundle(): string {
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  bundled ??= buildSync({
    entryPoints: [join(__dirname, "worker.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["@duckdb/*"],
    banner: { js: BANNER },
  }).outputFiles[0]?.text;
  return bundled ?? "";
}

/** Resolves modules from this file; an evaluated worker would resolve them from the working directory. */
const BANNER = `require = require("node:module").createRequire(require("node:worker_threads").workerData.base);`;
