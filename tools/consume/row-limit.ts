/** Ends a reading after a number of rows. */
export class RowLimit {
  readonly #ended = new AbortController();
  #counted = 0;
  #storing = 0;

  constructor(readonly rows: number) {}

  /** Aborts when so many rows are counted, and all that was counted is stored. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  get isReached(): boolean {
    return this.#counted >= this.rows;
  }

  /** Counts a row that is passed on. */
  count(): void {
    this.#counted++;
  }

  /** Stores a batch. Several may be stored at the same time, one of each shard. */
  async storing(store: () => Promise<void>): Promise<void> {
    this.#storing++;
    await store();
    this.#storing--;
    if (this.isReached && this.#storing === 0) this.#ended.abort();
  }
}
