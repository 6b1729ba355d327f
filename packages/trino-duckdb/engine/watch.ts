import { Worker } from "node:worker_threads";

/** Time between two measurements. Memory grows by some 100 MB in it at most. */
const INTERVAL_MS = 25;

/**
 * Measures the memory of this process in a thread of its own while tasks run, because they can keep the main thread busy
 * for ever. Kills the process when it takes too much, or when the process that started it has ended.
 */
export class Watch {
  readonly #running = new Int32Array(new SharedArrayBuffer(4));

  constructor(residentMegabytes: number) {
    const workerData = {
      running: this.#running,
      most: residentMegabytes * 2 ** 20,
      parent: process.ppid,
      interval: INTERVAL_MS,
    };
    new Worker(`(${watch.toString()})()`, { eval: true, workerData }).unref();
  }

  begin(): void {
    Atomics.add(this.#running, 0, 1);
    Atomics.notify(this.#running, 0);
  }

  end(): void {
    Atomics.sub(this.#running, 0, 1);
  }
}

/** Runs from its text, in the thread: it uses nothing from outside. */
function watch(): never {
  const { running, most, parent, interval } = require("node:worker_threads").workerData as {
    running: Int32Array;
    most: number;
    parent: number;
    interval: number;
  };
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    Atomics.wait(running, 0, 0);
    Atomics.wait(never, 0, 0, interval);
    if (process.memoryUsage.rss() > most || process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }
}
