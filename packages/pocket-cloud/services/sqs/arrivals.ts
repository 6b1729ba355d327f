import type { Bus } from "../../bus";

/** Long polls that wait for a message to arrive in a queue. */
export class Arrivals {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #unsubscribe: () => void;

  constructor(bus: Bus) {
    this.#unsubscribe = bus.on("sqs:message", ({ queueArn }) => this.#wake(queueArn.split(":")[5] ?? ""));
  }

  /** Resolves when a message is sent to the queue, or after so many milliseconds. */
  wait(queue: string, millis: number): Promise<void> {
    return new Promise((resolve) => {
      const wakers = this.#waiting.get(queue) ?? new Set();
      this.#waiting.set(queue, wakers);
      const wake = () => {
        clearTimeout(timer);
        wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, millis);
      wakers.add(wake);
    });
  }

  #wake(queue: string): void {
    for (const wake of [...(this.#waiting.get(queue) ?? [])]) wake();
  }

  stop(): void {
    this.#unsubscribe();
    for (const queue of this.#waiting.keys()) this.#wake(queue);
  }
}
