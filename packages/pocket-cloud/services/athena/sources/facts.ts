import { readIfExists, writeAtomic } from "../../../storage/atomic";

/** The oldest facts are dropped beyond this number. */
const MAX_FACTS = 100_000;

/** A persistent cache of facts about files. Names include the files' ETags, so that facts never become stale. */
export class Facts {
  readonly #facts: Map<string, boolean>;
  #dirty = false;

  constructor(readonly path: string) {
    const text = readIfExists(path)?.toString("utf8");
    this.#facts = new Map(text === undefined ? [] : (JSON.parse(text) as [string, boolean][]));
  }

  get(name: string): boolean | undefined {
    return this.#facts.get(name);
  }

  /** Adds in memory; `save` writes to disk. */
  add(facts: Iterable<readonly [string, boolean]>): void {
    for (const [name, value] of facts) this.#facts.set(name, value);
    this.#dirty = true;
  }

  save(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    for (const name of this.#facts.keys()) {
      if (this.#facts.size <= MAX_FACTS) break;
      this.#facts.delete(name);
    }
    try {
      writeAtomic(this.path, JSON.stringify([...this.#facts]));
    } catch {
      this.#dirty = true; // The disk is full. The facts are only a cache.
    }
  }
}
