import { linkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning } from "../processes";
import { readIfExists } from "./atomic";
import { makeStateDirectory, PRIVATE_FILE } from "./private";

/** Another running process uses the state directory. */
export class DirectoryInUse extends Error {
  readonly exitCode = 1;

  constructor(
    readonly dir: string,
    readonly pid: number,
  ) {
    super(`the state directory ${dir} is in use by process ${pid}; stop it, or choose another with --dir`);
  }
}

/** The state directory is read-only, or its disk is full. */
export class DirectoryUnusable extends Error {
  readonly exitCode = 1;

  constructor(dir: string, { message }: Error) {
    super(`the state directory ${dir} cannot be written: ${message}; choose another with --dir`);
  }
}

/** Locks of this process. In a container, a killed process often had the same pid as this one. */
const ownLocks = new Set<string>();

/** Locks a state directory for this process. Takes over the lock of a process that no longer runs. */
export function lockDirectory(dir: string): () => void {
  const path = join(dir, "lock");
  const own = `${path}.${process.pid}`;
  try {
    makeStateDirectory(dir);
    // Created by linking a complete file, because a lock file without a pid counts as abandoned.
    writeFileSync(own, String(process.pid), { mode: PRIVATE_FILE });
  } catch (error) {
    throw new DirectoryUnusable(dir, error as Error);
  }
  try {
    for (;;) {
      try {
        linkSync(own, path);
        ownLocks.add(path);
        return () => {
          ownLocks.delete(path);
          rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const holder = Number(readIfExists(path)?.toString("utf8") ?? 0);
        if (holder > 0 && alive(holder, path)) throw new DirectoryInUse(dir, holder);
        rmSync(path, { force: true });
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
}

const alive = (pid: number, path: string): boolean =>
  pid === process.pid ? ownLocks.has(path) : isRunning(pid);
