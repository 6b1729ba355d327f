import type { DuckDBConnection } from "@duckdb/node-api";

/**
 * Each statement has a thread of its own, beside those that all share: DuckDB counts one of them as the statement's. Together they
 * are as many as the processors. More of them would divide the work of several statements into more parts than can be done at once,
 * which costs a seventh of their processor time.
 */
export const threadsFor = (processors: number, statements: number): number =>
  Math.max(1, processors - Math.max(1, statements) + 1);

/** Statements that follow each other so closely are taken for concurrent ones: a change takes time, and ends threads. */
const PAUSE_MS = 1000;

/**
 * Keeps DuckDB's number of threads at what the statements under way need. Nobody waits for a change: DuckDB ends a thread only after
 * its part of a statement, which may take minutes.
 */
export class Threads {
  #statements = 0;
  #set: number;
  #raising: NodeJS.Timeout | undefined;
  /** Changes are made one after the other. */
  #changed: Promise<void> = Promise.resolve();

  constructor(
    private readonly processors: number,
    private readonly connect: () => Promise<DuckDBConnection>,
  ) {
    this.#set = processors;
  }

  begin(): void {
    this.#statements++;
    const count = threadsFor(this.processors, this.#statements);
    if (count < this.#set) this.#change(count);
  }

  end(): void {
    this.#statements--;
    clearTimeout(this.#raising);
    this.#raising = setTimeout(() => {
      const count = threadsFor(this.processors, this.#statements);
      if (count > this.#set) this.#change(count);
    }, PAUSE_MS).unref();
  }

  /** A change that fails costs time only. */
  #change(count: number): void {
    this.#set = count;
    this.#changed = this.#changed.then(() => this.#run(`SET GLOBAL threads = ${count}`)).catch(() => {});
  }

  async #run(sql: string): Promise<void> {
    const connection = await this.connect();
    try {
      await connection.run(sql);
    } finally {
      connection.closeSync();
    }
  }
}
