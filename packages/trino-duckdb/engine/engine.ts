import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { QueryFailure } from "../sql/failure";
import { explain } from "./errors";
import { startProcess } from "./process";
import type { Answer, Done, Request, ResultColumn, Task } from "./protocol";

export interface Outcome {
  readonly rows: number;
  readonly bytes: number;
}

/** In megabytes. */
export interface Limits {
  /** What DuckDB keeps in memory before it writes to disk. */
  readonly memory: number;
  /** What the process takes at most. A query that needs more fails. */
  readonly resident: number;
  readonly disk: number;
}

const LIMITS: Limits = { memory: 512, resident: 1536, disk: 16_384 };

/** Thrown when the query was stopped by its signal or by stop(). */
export class Interrupted extends Error {}

interface Pending {
  readonly id: number;
  readonly task: Task;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
  /** Ran when the process was lost: runs alone, which shows whether it is the cause. */
  suspect: boolean;
}

/** Time that DuckDB has to end a stopped query by itself. A function that does not return is never interrupted. */
const GRACE_MS = 500;

/**
 * DuckDB in a process of its own, which starts at first use. A process can be killed at any time: when a stopped query
 * does not end, and when a query takes more memory than allowed. The others then run again in a new process.
 */
export class Engine {
  #process: ChildProcess | undefined;
  #serial = 0;
  /** Not yet sent. */
  readonly #queue: Pending[] = [];
  readonly #sent = new Map<number, Pending>();
  readonly #limits: Limits;

  constructor(
    readonly dir: string,
    limits: Partial<Limits> = {},
  ) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Writes the result of a query to a CSV file, with a header and the texts of Athena. */
  query(sql: string, columns: readonly ResultColumn[], file: string, signal?: AbortSignal): Promise<Outcome> {
    return this.#ask({ kind: "query", sql, columns, file }, signal);
  }

  /** Runs a statement that writes files itself, such as COPY. It runs again if its process is lost. */
  execute(sql: string, signal?: AbortSignal): Promise<Outcome> {
    return this.#ask({ kind: "execute", sql }, signal);
  }

  /** Returns the rows of a small query as DuckDB's texts. */
  async rows(sql: string, signal?: AbortSignal): Promise<readonly (readonly (string | null)[])[]> {
    return (await this.#ask({ kind: "rows", sql }, signal)).values ?? [];
  }

  /** Starts the process ahead of the first query. */
  warm(): void {
    this.#start();
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    for (const { reject } of [...this.#sent.values(), ...this.#queue.splice(0)])
      reject(new Interrupted("the engine stopped"));
    this.#sent.clear();
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.ref();
    child.kill("SIGKILL");
    await ended;
    rmSync(this.#temporary, { recursive: true, force: true });
  }

  async #ask(task: Task, signal?: AbortSignal): Promise<Done> {
    if (signal?.aborted) throw new Interrupted("stopped before it began");
    const id = ++this.#serial;
    let killing: NodeJS.Timeout | undefined;
    const stop = () => {
      killing = this.#interrupt(id);
    };
    signal?.addEventListener("abort", stop);
    try {
      const done = await new Promise<Done>((resolve, reject) => {
        this.#queue.push({ id, task, resolve, reject, suspect: false });
        this.#send();
      });
      if (signal?.aborted) throw new Interrupted("stopped");
      return done;
    } catch (error) {
      throw signal?.aborted ? new Interrupted("stopped") : error;
    } finally {
      clearTimeout(killing);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Sends what may run now. A suspect runs alone. */
  #send(): void {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      const alone = next.suspect || [...this.#sent.values()].some(({ suspect }) => suspect);
      if (alone && this.#sent.size > 0) return;
      this.#queue.shift();
      this.#sent.set(next.id, next);
      const child = this.#start();
      // The process keeps this one alive only while queries run.
      child.channel?.ref();
      child.send({ kind: "task", id: next.id, task: next.task } satisfies Request, () => {});
    }
    if (this.#sent.size === 0) this.#process?.channel?.unref();
  }

  /** Ends a query. Returns the timer that kills the process, to be cleared when the query has ended. */
  #interrupt(id: number): NodeJS.Timeout | undefined {
    const waiting = this.#queue.findIndex((pending) => pending.id === id);
    if (waiting >= 0) {
      this.#queue.splice(waiting, 1)[0]?.reject(new Interrupted("stopped before it began"));
      return undefined;
    }
    const pending = this.#sent.get(id);
    const child = this.#process;
    if (!pending || !child) return undefined;
    child.send({ kind: "interrupt", id } satisfies Request, () => {});
    return setTimeout(() => {
      this.#sent.delete(id);
      pending.reject(new Interrupted("stopped"));
      if (child !== this.#process) return;
      this.#process = undefined;
      child.kill("SIGKILL");
      this.#queue.unshift(...this.#sent.values());
      this.#sent.clear();
      this.#send();
    }, GRACE_MS);
  }

  #answered(answer: Answer): void {
    const pending = this.#sent.get(answer.id);
    this.#sent.delete(answer.id);
    if ("error" in answer) pending?.reject(explain(answer.error));
    else pending?.resolve(answer);
    this.#send();
  }

  /** The only query of a lost process is the cause. Of several, each runs again alone. */
  #lost(signal: NodeJS.Signals | null): void {
    this.#process = undefined;
    const lost = [...this.#sent.values()];
    this.#sent.clear();
    if (lost.length === 1) lost[0]?.reject(failureOf(signal));
    else this.#queue.unshift(...lost.map((pending) => ({ ...pending, suspect: true })));
    this.#send();
  }

  #start(): ChildProcess {
    if (this.#process) return this.#process;
    mkdirSync(this.#temporary, { recursive: true, mode: 0o700 });
    const child = startProcess({
      base: __filename,
      temporary: this.#temporary,
      ...this.#limits,
      threads: Math.min(4, availableParallelism()),
    });
    child.unref();
    child.channel?.unref();
    child.on("message", (answer: Answer) => {
      if (child === this.#process) this.#answered(answer);
    });
    child.on("error", () => {});
    child.on("exit", (_code, signal) => {
      if (child === this.#process) this.#lost(signal);
    });
    this.#process = child;
    return child;
  }

  get #temporary(): string {
    return join(this.dir, "spill");
  }
}

/** The memory's limit ends the process with SIGKILL, and so does the operating system; V8 aborts when its heap is full. */
const failureOf = (signal: NodeJS.Signals | null): QueryFailure =>
  signal === "SIGKILL" || signal === "SIGABRT"
    ? new QueryFailure("EXCEEDED_LOCAL_MEMORY_LIMIT", "Query exhausted resources at this scale factor")
    : new QueryFailure(
        "GENERIC_INTERNAL_ERROR",
        `the query engine ended unexpectedly (${signal ?? "no signal"})`,
      );
