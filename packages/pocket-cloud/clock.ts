/** The clock of all services. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Where the simulated time began; undefined while time is real. */
  readonly simulatedFrom?: number | undefined;
  /**
   * Runs `task` once at `at`, or immediately when `at` is past. The simulated clock waits for the task's promise, so a
   * task reschedules itself, or calls `wait`, instead of sleeping.
   */
  schedule(at: number, task: Task, label?: string): Cancel;
}

export type Task = (wait: Wait) => void | Promise<void>;
/** Lets the clock move on while the task waits until `at`. Rejects with ClockStopped when the clock stops first. */
export type Wait = (at: number) => Promise<void>;
export type Cancel = () => void;

export class ClockStopped extends Error {
  override readonly name = "ClockStopped";
}

const stopped = (): ClockStopped => new ClockStopped("the cloud's clock has stopped");

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly task: Task;
  readonly label: string;
}

/** setTimeout fires immediately for longer delays. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * A clock in one of two modes. Simulated, it moves only by `advanceTo`, which runs and awaits all due timers. Real, it
 * follows the machine's time. It starts simulated when it is given an instant.
 */
export class CloudClock implements Clock {
  #simulated: number | undefined;
  #from: number | undefined;
  #order = 0;
  #stopped = false;
  #timers = new Set<Timer>();
  #armed = new Map<Timer, NodeJS.Timeout>();
  #running = new Set<Promise<void>>();
  #waiting = new Set<(error: ClockStopped) => void>();
  readonly #onError: (error: unknown, label: string) => void;

  constructor(start?: number, onError: (error: unknown, label: string) => void = rethrow) {
    this.restart(start);
    this.#onError = onError;
  }

  get simulated(): boolean {
    return this.#simulated !== undefined;
  }

  get simulatedFrom(): number | undefined {
    return this.simulated ? this.#from : undefined;
  }

  now(): number {
    return this.#simulated ?? Date.now();
  }

  schedule(at: number, task: Task, label = "task"): Cancel {
    const timer: Timer = { at, order: this.#order++, task, label };
    // What a stop waits for may schedule its next run. An armed timer would keep the process alive until then.
    if (this.#stopped) return () => {};
    this.#timers.add(timer);
    if (!this.simulated) this.#arm(timer);
    return () => this.#cancel(timer);
  }

  /** Runs all timers up to `until`, earliest first and those of one instant together, then sets the time to `until`. */
  async advanceTo(until: number): Promise<void> {
    for (let due = this.#dueBy(until); due.length > 0; due = this.#dueBy(until)) {
      this.#simulated = Math.max(this.now(), due[0]?.at ?? 0);
      await Promise.all(due.map((timer) => this.#run(timer)));
    }
    this.#simulated = Math.max(this.now(), until);
  }

  /** Switches to real time. On a real clock the timers are armed already. */
  goLive(): void {
    if (!this.simulated) return;
    this.#simulated = undefined;
    for (const timer of this.#timers) this.#arm(timer);
  }

  /** Sets the time back or forward: simulated from `start`, or real without it. All timers must be stopped. */
  restart(start: number | undefined): void {
    this.#stopped = false;
    this.#simulated = start;
    this.#from = start;
  }

  /** Cancels all timers and waits for running tasks. Later ones do not start, until `restart`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of [...this.#timers]) this.#cancel(timer);
    for (const reject of [...this.#waiting]) reject(stopped());
    await Promise.all(this.#running);
  }

  #dueBy(until: number): Timer[] {
    let earliest = Number.POSITIVE_INFINITY;
    for (const timer of this.#timers) earliest = Math.min(earliest, timer.at);
    if (earliest > until) return [];
    const instant = Math.max(earliest, this.now());
    return [...this.#timers]
      .filter((timer) => timer.at <= instant)
      .sort((a, b) => a.at - b.at || a.order - b.order);
  }

  #arm(timer: Timer): void {
    const delay = Math.min(Math.max(0, timer.at - Date.now()), LONGEST_DELAY);
    const handle = setTimeout(() => {
      this.#armed.delete(timer);
      if (timer.at > Date.now()) this.#arm(timer);
      else void this.#run(timer);
    }, delay);
    this.#armed.set(timer, handle);
  }

  #cancel(timer: Timer): void {
    clearTimeout(this.#armed.get(timer));
    this.#armed.delete(timer);
    this.#timers.delete(timer);
  }

  async #run(timer: Timer): Promise<void> {
    this.#cancel(timer);
    const run = new Run();
    const wait = (at: number) => this.#wait(run, at, timer.label);
    const running = (async () => timer.task(wait))()
      .catch((error: unknown) => this.#onError(error, timer.label))
      .finally(() => {
        this.#running.delete(running);
        run.yield();
      });
    this.#running.add(running);
    await run.yielded;
  }

  #wait(run: Run, at: number, label: string): Promise<void> {
    if (this.#stopped) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      const proceed = () => {
        this.#waiting.delete(stop);
        run.resume();
        resolve();
        return run.yielded;
      };
      const stop = (error: ClockStopped) => {
        this.#waiting.delete(stop);
        reject(error);
      };
      this.#waiting.add(stop);
      this.schedule(at, proceed, label);
      run.yield();
    });
  }
}

/** A task under way: the simulated clock awaits it until it ends, or yields by waiting for a later time. */
class Run {
  #yielded = new Deferred();

  get yielded(): Promise<void> {
    return this.#yielded.promise;
  }

  yield(): void {
    this.#yielded.resolve();
  }

  resume(): void {
    this.#yielded = new Deferred();
  }
}

class Deferred {
  resolve: () => void = () => {};
  readonly promise = new Promise<void>((resolve) => {
    this.resolve = resolve;
  });
}

function rethrow(error: unknown): never {
  throw error;
}
