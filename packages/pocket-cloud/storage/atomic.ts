import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makePrivateDirectory, PRIVATE_FILE } from "./private";

let serial = 0;

/** Replaces a file by renaming: readers, also after a crash, see either the old or the new content. */
export function writeAtomic(path: string, content: string | Uint8Array, options = { sync: false }): void {
  makePrivateDirectory(dirname(path));
  const temporary = `${path}.${process.pid}.${serial++}.tmp`;
  try {
    const file = openSync(temporary, "w", PRIVATE_FILE);
    try {
      const bytes = typeof content === "string" ? Buffer.from(content) : content;
      for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
      if (options.sync) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

export function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
