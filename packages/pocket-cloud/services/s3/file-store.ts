import { randomBytes } from "node:crypto";
import { rmSync, unlink } from "node:fs";
import { join } from "node:path";
import { makePrivateDirectory } from "../../storage/private";

/**
 * The directory of a bucket's bytes. A file is written once under a unique name and never changed. Readers call `hold`
 * to keep files from being deleted.
 */
export class FileStore {
  #holders = 0;
  #discarded: string[] = [];
  /** File names are a random prefix per opening of the store, and a counter. */
  readonly #prefix = randomBytes(8).toString("hex");
  #made = 0;

  constructor(readonly dir: string) {
    makePrivateDirectory(dir);
  }

  /** A unique name. It ends with the last segment of the key, so that file extensions are kept. */
  nameFor(key: string): string {
    const tail = key.slice(key.lastIndexOf("/") + 1).slice(-80);
    const readable = tail.toLowerCase().replace(/[^a-z0-9._-]+/g, "_");
    return `${this.#prefix}${(this.#made++).toString(36)}-${readable}`;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** Deletes a file, after the last holder has released the store. */
  discard(name: string): void {
    if (this.#holders > 0) this.#discarded.push(name);
    // The file is unused. If the deletion fails, the next start deletes it.
    else unlink(this.path(name), () => {});
  }

  /** Postpones all deletions of files until the returned function is called. */
  hold(): () => void {
    this.#holders++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#holders--;
      if (this.#holders === 0) for (const name of this.#discarded.splice(0)) this.discard(name);
    };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
