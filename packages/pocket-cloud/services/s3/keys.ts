/**
 * Compares keys in S3's order, that of their UTF-8 bytes. JavaScript compares UTF-16 units, which differs where a
 * surrogate pair (a code point above U+FFFF) meets a unit from U+E000 on.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const rank = (unit: number): number =>
  unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;

/** A sorted set of keys, for many range reads and fewer changes. */
export class SortedKeys {
  readonly #keys: string[] = [];

  get size(): number {
    return this.#keys.length;
  }

  at(index: number): string | undefined {
    return this.#keys[index];
  }

  add(key: string): void {
    const last = this.#keys.at(-1);
    if (last === undefined || compareKeys(last, key) < 0) {
      this.#keys.push(key);
      return;
    }
    const at = this.from(key);
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key);
  }

  remove(key: string): void {
    const at = this.from(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** Fills an empty set. */
  load(keys: Iterable<string>): void {
    for (const key of keys) this.#keys.push(key);
    this.#keys.sort(compareKeys);
  }

  /** Index of the first key not before `key`. */
  from(key: string): number {
    return this.#search((candidate) => compareKeys(candidate, key) >= 0);
  }

  /** Index of the first key after `key`. */
  after(key: string): number {
    return this.#search((candidate) => compareKeys(candidate, key) > 0);
  }

  /** Index of the first key after all that begin with `prefix`. */
  past(prefix: string): number {
    return this.#search((candidate) => !candidate.startsWith(prefix) && compareKeys(candidate, prefix) > 0);
  }

  #search(reached: (key: string) => boolean): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (reached(this.#keys[middle] as string)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
