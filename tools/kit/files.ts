import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

let serial = 0;

/**
 * Replaces a file atomically: readers see the old or the new content, also after a kill. `sync` flushes to disk first. A
 * `private` file, and the folders that are created for it, are accessible only to the owner.
 */
export function writeAtomic(
  path: string,
  content: string | Uint8Array,
  options: { readonly sync?: boolean; readonly private?: boolean } = {},
): void {
  mkdirSync(dirname(path), { recursive: true, ...(options.private && { mode: 0o700 }) });
  const temporary = `${path}.${process.pid}.${serial++}.tmp`;
  try {
    const file = openSync(temporary, "w", options.private ? 0o600 : 0o666);
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

export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
