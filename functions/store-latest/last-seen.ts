import type { Row } from "../../data/feeds";

/** Maximum number of items remembered: more than a market has coins, a few megabytes of memory. */
const MOST = 20_000;

/**
 * The last item that this container saw stored under each key. It is only a hint, because another container
 * may have written since. It may save the read before a conditional write, which the table checks anyway. It
 * must not be used to skip a write.
 */
export class LastSeen {
  readonly #rows = new Map<string, Row>();

  constructor(private readonly most = MOST) {}

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /** Keeps the newer of two versions; evicts the least recently updated key. */
  set(id: string, row: Row): void {
    this.#rows.delete(id);
    this.#rows.set(id, row);
    if (this.#rows.size <= this.most) return;
    const [oldest] = this.#rows.keys();
    if (oldest !== undefined) this.#rows.delete(oldest);
  }

  forget(id: string): void {
    this.#rows.delete(id);
  }
}
