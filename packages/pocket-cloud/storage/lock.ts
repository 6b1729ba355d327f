import { linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readIfThere } from "./atomic";

/** Raised when another live process holds the state directory. */
export class DirectoryInUse extends Error {
  readonly exitCode = 1;

  constructor(
    readonly dir: string,
    readonly pid: number,
  ) {
    super(`the state directory ${dir} is in use by process ${pid}; stop it, or choose another with --dir`);
  }
}

/** What this process holds itself: in a container, the process killed before often had the very same number. */
const held = new Set<string>();

/** Takes a state directory for this process; the lock of a process that is gone is taken over. */
export function lockDirectory(dir: string): () => void {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, "lock");
  const own = `${path}.${process.pid}`;
  // Linked when it is whole: a lock without a number in it would pass for one that nobody holds.
  writeFileSync(own, String(process.pid));
  try {
    for (;;) {
      try {
        linkSync(own, path);
        held.add(path);
        return () => {
          held.delete(path);
          rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const holder = Number(readIfThere(path)?.toString("utf8") ?? 0);
        if (holder > 0 && alive(holder, path)) throw new DirectoryInUse(dir, holder);
        rmSync(path, { force: true });
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function alive(pid: number, path: string): boolean {
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
