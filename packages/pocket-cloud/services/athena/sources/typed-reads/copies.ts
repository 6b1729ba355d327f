import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { makePrivateDirectory } from "../../../../storage/private";

/** The rows of a partition: those of a copy with this number as "$group". */
export interface CopiedRows {
  readonly path: string;
  readonly group: number;
}

interface Copy {
  readonly path: string;
  readonly bytes: number;
  readonly names: readonly string[];
  users: number;
}

const MOST_BYTES = 256 << 20;
const MOST_COPIES = 64;
/** Bytes of CSV of which a scan makes copies. A larger scan would replace them all. */
const MOST_SCANNED = 64 << 20;
/** DuckDB keeps a file's footer while the file's time is the same, which may be whole seconds. */
const REUSE_MS = 2000;

/**
 * Parquet files with the rows of CSV files, for the next queries over the same files: their typed columns are read in a fraction of
 * the time. They are temporary, and the least recently used ones are deleted.
 */
export class TypedCopies {
  /** By partition. */
  readonly #rows = new Map<string, { readonly copy: Copy; readonly group: number }>();
  /** The least recently used first. */
  readonly #copies = new Set<Copy>();
  /** Paths of deleted copies. They are used again, because DuckDB keeps the footer of each path that it has read. */
  readonly #free: { readonly path: string; readonly since: number }[] = [];
  #paths = 0;

  constructor(readonly dir: string) {}

  /** The copies for one query, which are kept until it releases them. */
  forQuery(): QueryCopies {
    return new QueryCopies(this);
  }

  newPath(): string {
    makePrivateDirectory(this.dir);
    const free = this.#free[0];
    if (free === undefined || Date.now() - free.since < REUSE_MS)
      return join(this.dir, `${this.#paths++}.parquet`);
    this.#free.shift();
    return free.path;
  }

  delete(path: string): void {
    rmSync(path, { force: true });
    this.#free.push({ path, since: Date.now() });
  }

  add(path: string, names: readonly string[]): Copy {
    const copy = { path, bytes: statSync(path).size, names, users: 1 };
    this.#copies.add(copy);
    for (const [group, name] of names.entries()) this.#rows.set(name, { copy, group });
    return copy;
  }

  use(name: string): { readonly copy: Copy; readonly group: number } | undefined {
    const found = this.#rows.get(name);
    if (!found) return undefined;
    if (!existsSync(found.copy.path)) {
      this.#forget(found.copy);
      return undefined;
    }
    this.#copies.delete(found.copy);
    this.#copies.add(found.copy);
    return found;
  }

  #forget(copy: Copy): void {
    this.#copies.delete(copy);
    for (const name of copy.names) if (this.#rows.get(name)?.copy === copy) this.#rows.delete(name);
  }

  release(copies: Iterable<Copy>): void {
    for (const copy of copies) copy.users--;
    let bytes = 0;
    for (const copy of this.#copies) bytes += copy.bytes;
    for (const copy of this.#copies) {
      if (bytes <= MOST_BYTES && this.#copies.size <= MOST_COPIES) break;
      if (copy.users > 0) continue;
      bytes -= copy.bytes;
      this.#forget(copy);
      this.delete(copy.path);
    }
  }
}

/** What one query makes and reads of the copies. */
export class QueryCopies {
  readonly #used = new Set<Copy>();

  constructor(private readonly all: TypedCopies) {}

  /** Whether a scan of so many bytes makes copies. */
  admits(bytes: number): boolean {
    return bytes <= MOST_SCANNED;
  }

  /** Where to write a copy, which is then added or deleted. */
  newPath(): string {
    return this.all.newPath();
  }

  /** Adds a copy with the rows of these partitions, in the order of their numbers. */
  add(path: string, names: readonly string[]): void {
    this.#used.add(this.all.add(path, names));
  }

  delete(path: string): void {
    this.all.delete(path);
  }

  find(name: string): CopiedRows | undefined {
    const found = this.all.use(name);
    if (!found) return undefined;
    const { copy, group } = found;
    if (!this.#used.has(copy)) copy.users++;
    this.#used.add(copy);
    return { path: copy.path, group };
  }

  release(): void {
    this.all.release(this.#used);
    this.#used.clear();
  }
}
