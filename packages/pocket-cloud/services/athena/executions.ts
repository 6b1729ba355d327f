import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../../storage/atomic";
import type { Execution } from "./records";

const DAY = 86_400_000;
/** Athena keeps the history of queries for 45 days. */
const RETENTION = 45 * DAY;

/** The history of queries, one file each. Executions that were running when the process died have failed. */
export class Executions {
  readonly #dir: string;
  readonly #items = new Map<string, Execution>();

  constructor(dir: string, now: () => number) {
    this.#dir = join(dir, "executions");
    if (!existsSync(this.#dir)) return;
    for (const name of readdirSync(this.#dir)) {
      if (!name.endsWith(".json")) continue;
      const execution = JSON.parse(readFileSync(join(this.#dir, name), "utf8")) as Execution;
      if (execution.submitted < now() - RETENTION) rmSync(join(this.#dir, name), { force: true });
      else this.#items.set(execution.id, execution);
    }
    for (const execution of this.#items.values()) if (!ended(execution)) this.#lost(execution, now());
  }

  get(id: string): Execution | undefined {
    return this.#items.get(id);
  }

  save(execution: Execution): void {
    writeAtomic(join(this.#dir, `${execution.id}.json`), JSON.stringify(execution));
    this.#items.set(execution.id, execution);
  }

  /** Newest first. */
  inWorkGroup(name: string): Execution[] {
    return [...this.#items.values()]
      .filter(({ workGroup }) => workGroup === name)
      .reverse()
      .sort((a, b) => b.submitted - a.submitted);
  }

  all(): Iterable<Execution> {
    return this.#items.values();
  }

  delete(execution: Execution): void {
    this.#items.delete(execution.id);
    rmSync(join(this.#dir, `${execution.id}.json`), { force: true });
  }

  #lost(execution: Execution, now: number): void {
    execution.state = "FAILED";
    execution.reason = "GENERIC_INTERNAL_ERROR: the embedded cloud stopped while the query was running";
    execution.error = { category: 1, type: 1, message: execution.reason, retryable: true };
    execution.completed = now;
    this.save(execution);
  }
}

export const ended = (execution: Execution): boolean =>
  execution.state !== "QUEUED" && execution.state !== "RUNNING";
