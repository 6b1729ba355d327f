import { setTimeout as sleep } from "node:timers/promises";
import { aborted } from "../kit/interrupt";

export interface LateWork<T> {
  /** Begins at once. It ends with undefined when `ended` resolves. */
  readonly work: (ended: Promise<void>) => Promise<T | undefined>;
  /** Shows the result. `lateSince`: when the first wait for it ended in vain. */
  readonly show: (result: T, lateSince: number | undefined) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Work whose result is shown when it is there, and for which nothing waits longer than a given time. */
export class Late<T> {
  /** True when the result was shown without an error. */
  succeeded = false;
  readonly #result: Promise<T | undefined>;
  readonly #ended = new AbortController();
  #lateSince: number | undefined;
  #done = false;

  constructor(private readonly late: LateWork<T>) {
    late.signal.addEventListener("abort", () => this.giveUp(), { once: true });
    this.#result = this.#attempt(() => late.work(aborted(this.#ended.signal)));
  }

  /**
   * Waits for the result and shows it; false when it is not there within the time. Undefined waits without a limit. The
   * signal ends the wait, also while the result is shown.
   */
  async within(millis: number | undefined): Promise<boolean> {
    if (this.#done) return true;
    const limit = millis === undefined ? [] : [sleep(millis, "late" as const, { ref: false })];
    const result = await Promise.race([this.#result, ...limit]);
    if (result === "late") {
      this.#lateSince ??= Date.now();
      return false;
    }
    this.#done = true;
    if (result !== undefined && !this.#ended.signal.aborted) {
      const shown = this.#attempt(() => this.late.show(result, this.#lateSince).then(() => true));
      this.succeeded = (await Promise.race([shown, aborted(this.#ended.signal)])) === true;
    }
    return true;
  }

  /** Nothing is shown any more. */
  giveUp(): void {
    this.#done = true;
    this.#ended.abort();
  }

  /** Undefined after an error. One that the end caused says nothing. */
  async #attempt<R>(work: () => Promise<R>): Promise<R | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!this.#ended.signal.aborted) this.late.onError(error);
      return undefined;
    }
  }
}
