import { execFileSync } from "node:child_process";

/** Resident megabytes of a process and of the processes that it started. */
export function residentMegabytes(pid: number): number {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  // A child can stand before its parent in the list.
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [child = 0, parent = 0] of processes) if (family.has(parent)) family.add(child);
  }
  const kilobytes = processes.reduce((sum, [id = 0, , rss = 0]) => sum + (family.has(id) ? rss : 0), 0);
  return Math.round(kilobytes / 1024);
}

/** Growth between the first and the last third of the samples, after a tenth in which caches fill: 0.05 is 5 %. */
export function growthOf(samples: readonly number[]): number {
  const warm = samples.slice(Math.ceil(samples.length / 10));
  const third = Math.max(1, Math.floor(warm.length / 3));
  return median(warm.slice(-third)) / median(warm.slice(0, third)) - 1;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
