import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../../kit/errors";

/** Locks of this very process: after a restart in a container another one's number is often the same. */
const own = new Set<string>();

/** Takes the checkpoint file for this process; what a process that is gone left behind is taken over. */
export function lockCheckpoints(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const lock = `${path}.lock`;
  const claim = `${lock}.${process.pid}`;
  // Linked only when it is written: an empty lock would look abandoned.
  writeFileSync(claim, `${process.pid}\n`);
  try {
    while (!linked(claim, lock)) {
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
  own.add(lock);
  return () => {
    if (own.delete(lock)) rmSync(lock, { force: true });
  };
}

function linked(claim: string, lock: string): boolean {
  try {
    linkSync(claim, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function holderOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number, lock: string): boolean {
  if (pid === process.pid) return own.has(lock);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
