import { linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../../kit/errors";
import { readIfThere } from "../../kit/files";

/** Locks of this process. After a restart in a container, the new process often has the old one's pid. */
const ownLocks = new Set<string>();

/** Locks the checkpoint file for this process; a lock whose process has ended is replaced. Returns the unlock function. */
export function lockCheckpoints(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const lock = `${path}.lock`;
  const claim = `${lock}.${process.pid}`;
  // Written first and linked then, so that the lock is never empty: an empty lock would look abandoned.
  writeFileSync(claim, `${process.pid}\n`);
  try {
    while (!tryLink(claim, lock)) {
      const holder = holderOf(lock);
      if (holder !== undefined && isAlive(holder, lock))
        throw new Failure(
          `the checkpoints ${path} are in use by process ${holder}; stop it, or set a different checkpointFile`,
        );
      rmSync(lock, { force: true });
    }
  } finally {
    rmSync(claim, { force: true });
  }
  ownLocks.add(lock);
  return () => {
    if (ownLocks.delete(lock)) rmSync(lock, { force: true });
  };
}

function tryLink(claim: string, lock: string): boolean {
  try {
    linkSync(claim, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

const holderOf = (lock: string): number | undefined =>
  Number(readIfThere(lock)?.toString("utf8") ?? "") || undefined;

function isAlive(pid: number, lock: string): boolean {
  if (pid === process.pid) return ownLocks.has(lock);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
