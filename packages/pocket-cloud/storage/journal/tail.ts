/** Frames appended together, cached for readers of recent records. */
export interface Chunk {
  readonly first: number;
  readonly count: number;
  readonly frames: Buffer;
}

/** Memory of an entry besides its bytes. */
const OVERHEAD = 256;

/** A memory budget shared by many journals. The oldest chunk of all is dropped first. */
export class TailBudget {
  #queue: { readonly owner: Tail; readonly bytes: number }[] = [];
  #head = 0;
  #used = 0;

  constructor(readonly limit: number) {}

  keep(owner: Tail, chunk: Chunk): void {
    const bytes = chunk.frames.byteLength + OVERHEAD;
    this.#queue.push({ owner, bytes });
    this.#used += bytes;
    while (this.#used > this.limit) {
      const oldest = this.#queue[this.#head++];
      if (!oldest) break;
      this.#used -= oldest.bytes;
      oldest.owner.dropOldest();
    }
    if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }
}

/** Replaces a dropped chunk until the list is shortened, so that its bytes are freed immediately. */
const DROPPED: Chunk = { first: 0, count: 0, frames: Buffer.alloc(0) };

/** The most recent chunks of one journal. */
export class Tail {
  #chunks: Chunk[] = [];
  #head = 0;

  constructor(readonly budget: TailBudget) {}

  add(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.budget.keep(this, chunk);
  }

  dropOldest(): void {
    this.#chunks[this.#head++] = DROPPED;
    if (this.#head < 64 || this.#head * 2 < this.#chunks.length) return;
    this.#chunks = this.#chunks.slice(this.#head);
    this.#head = 0;
  }

  /** Chunks from the one with `position`; undefined when it is not in memory. */
  from(position: number): readonly Chunk[] | undefined {
    let low = this.#head;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle] as Chunk;
      if (chunk.first + chunk.count <= position) low = middle + 1;
      else high = middle;
    }
    const found = this.#chunks[low];
    return found && found.first <= position ? this.#chunks.slice(low) : undefined;
  }
}
