import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, unlink } from "node:fs";
import { join } from "node:path";

/**
 * The directory of a bucket's bytes. A file is written once, whole, under a name nobody else has, and never changed:
 * whoever has its path may read it as long as it holds the store.
 */
export class FileStore {
  #holders = 0;
  #waiting: string[] = [];
  /** Files of this opening of the store are told apart by counting, those of earlier ones by chance. */
  readonly #opening = randomBytes(8).toString("hex");
  #made = 0;

  constructor(readonly dir: string) {
    mkdirSync(dir, { recursive: true });
  }

  /** Unique; ends in what is harmless of the key's last segment, for people and for readers that look at suffixes. */
  nameFor(key: string): string {
    const tail = key.slice(key.lastIndexOf("/") + 1).slice(-80);
    const readable = tail.toLowerCase().replace(/[^a-z0-9._-]+/g, "_");
    return `${this.#opening}${(this.#made++).toString(36)}-${readable}`;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** Deletes a file, or lets it wait until nobody holds the store. */
  discard(name: string): void {
    if (this.#holders > 0) this.#waiting.push(name);
    // Already unreachable: when the deletion itself fails, the next start finds the orphan and tries again.
    else unlink(this.path(name), () => {});
  }

  /** Until the returned function is called, no file disappears, even of objects overwritten or deleted meanwhile. */
  hold(): () => void {
    this.#holders++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders--;
      if (this.#holders === 0) for (const name of this.#waiting.splice(0)) this.discard(name);
    };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
