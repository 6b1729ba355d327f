import { readIfThere, writeAtomic } from "../../../storage/atomic";

/** Facts kept; the oldest go first. */
const KEPT = 100_000;

/** What has been found out about files that never change under their names. Lost, they are found out again. */
export class Facts {
  readonly #facts: Map<string, boolean>;
  #dirty = false;

  constructor(readonly path: string) {
    const text = readIfThere(path)?.toString("utf8");
    this.#facts = new Map(text === undefined ? [] : (JSON.parse(text) as [string, boolean][]));
  }

  get(name: string): boolean | undefined {
    return this.#facts.get(name);
  }

  /** Kept in memory; on disk with the next `save`. */
  add(facts: Iterable<readonly [string, boolean]>): void {
    for (const [name, value] of facts) this.#facts.set(name, value);
    this.#dirty = true;
  }

  save(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    for (const name of this.#facts.keys()) {
      if (this.#facts.size <= KEPT) break;
      this.#facts.delete(name);
    }
    writeAtomic(this.path, JSON.stringify([...this.#facts]));
  }
}
