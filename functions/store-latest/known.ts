import type { Row } from "../../data/feeds";

/** Items remembered at most: more than a market has coins, a few megabytes. */
const MOST = 20_000;

/**
 * What this process last saw stored under each key. A hint: another process may have written since. So it may only spare
 * the read before a conditional write, which the table judges anyway; that a row need not be written is never taken from
 * here.
 */
export class Known {
  readonly #rows = new Map<string, Row>();

  constructor(private readonly most = MOST) {}

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /** The newest seen stays; the one seen longest ago makes room. */
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
