import { readFileSync } from "node:fs";

const STATISTICS = `/proc/self/task/${process.pid}/schedstat`;

/**
 * Milliseconds of processor time of the main thread, which answers requests. Other work on the machine does not change
 * it, nor do the threads of DuckDB, of functions and of V8. Where there is no Linux: processor time of the whole process.
 */
export function mainThreadMillis(): number {
  try {
    return Number(readFileSync(STATISTICS, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return process.cpuUsage().user / 1000;
  }
}

/** The longest time of the main thread in which no other request would have been answered. */
export async function longestSilence<T>(work: () => Promise<T>): Promise<{ value: T; millis: number }> {
  let [millis, running] = [0, true];
  let last = mainThreadMillis();
  const tick = () => {
    const now = mainThreadMillis();
    millis = Math.max(millis, now - last);
    last = now;
    if (running) setImmediate(tick);
  };
  setImmediate(tick);
  const value = await work();
  running = false;
  await new Promise(setImmediate);
  return { value, millis };
}
