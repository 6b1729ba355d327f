import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";

/**
 * How much longer things may take: other processes on the machine share its processors. 1 on a machine that is otherwise
 * idle. The load average follows a change within a minute, so the threads that run at this moment count too.
 */
export const loadFactor = (): number =>
  Math.min(12, Math.max(1, (2 * Math.max(loadavg()[0] ?? 0, running())) / availableParallelism()));

/** Threads of the machine that run or wait for a processor, without the one that asks. 0 where there is no Linux. */
function running(): number {
  try {
    return Number(/ (\d+)\/\d+ /.exec(readFileSync("/proc/loadavg", "utf8"))?.[1] ?? 1) - 1;
  } catch {
    return 0;
  }
}
