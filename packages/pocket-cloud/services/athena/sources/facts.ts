import { ChangeLog } from "../../../storage/change-log";

/** The oldest facts are dropped beyond this number. */
const MAX_FACTS = 100_000;
/** Bytes of a fact in the log: two hashes and the answer. */
const FACT_BYTES = 60;

type Fact = readonly [name: string, value: boolean];

/** A persistent cache of facts about files. Names include the files' ETags, so that facts never become stale. */
export class Facts {
  readonly #facts = new Map<string, boolean>();
  readonly #log: ChangeLog<Fact>;
  #unsaved: Fact[] = [];

  constructor(path: string) {
    this.#log = ChangeLog.open(path, ([name, value]) => this.#facts.set(name, value));
  }

  get(name: string): boolean | undefined {
    return this.#facts.get(name);
  }

  /** Adds in memory; `save` writes to disk. */
  add(facts: Iterable<Fact>): void {
    for (const fact of facts) {
      this.#facts.set(...fact);
      this.#unsaved.push(fact);
    }
  }

  save(): void {
    if (this.#unsaved.length === 0) return;
    for (const name of this.#facts.keys()) {
      if (this.#facts.size <= MAX_FACTS) break;
      this.#facts.delete(name);
    }
    try {
      this.#log.append(this.#unsaved);
    } catch {
      return; // The disk is full. The facts are only a cache, and a later query tries again.
    }
    this.#unsaved = [];
    this.#log.compact(
      () => this.#facts.size * FACT_BYTES,
      () => this.#facts,
    );
  }
}
