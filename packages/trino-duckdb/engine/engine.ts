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

/** Raised in the caller when its query was stopped. */
export class Interrupted extends Error {}

/** DuckDB in a worker thread, started at the first use: the main thread stays free and queries can be stopped. */
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

  /** Writes the result of a query as CSV; `signal` stops it. */
  async query(
    sql: string,
    columns: readonly ResultColumn[],
    file: string,
    signal?: AbortSignal,
  ): Promise<Outcome> {
    return this.#ask((id) => ({ kind: "query", id, sql, columns, file }), signal);
  }

  async execute(sql: string, signal?: AbortSignal): Promise<Outcome> {
    return this.#ask((id) => ({ kind: "execute", id, sql }), signal);
  }

  async rows(sql: string, signal?: AbortSignal): Promise<readonly (readonly (string | null)[])[]> {
    const answer = await this.#ask((id) => ({ kind: "rows", id, sql }), signal);
    return answer.values ?? [];
  }

  /** Starts the worker, so that the first query need not wait for it. */
  warm(): void {
    this.#start();
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (!worker) return;
    // The worker ends by itself once nothing runs in it; ended from outside it would take the process along.
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
        // The worker keeps the process alive only while somebody waits for it.
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
    mkdirSync(temporary, { recursive: true });
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

/** Modules are found from here, not from the working directory. */
const BANNER = `require = require("node:module").createRequire(require("node:worker_threads").workerData.base);`;
