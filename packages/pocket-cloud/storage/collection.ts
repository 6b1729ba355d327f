import { join } from "node:path";
import { readIfThere, writeAtomic } from "./atomic";

/**
 * A named set of small records kept in one JSON file: the control plane of a service (streams, tables, roles).
 * Every change is on disk before it returns. Dates and byte arrays survive the round trip.
 */
export class Collection<T extends object> {
  readonly #items: Map<string, T>;
  readonly #path: string;

  constructor(dir: string, name: string) {
    this.#path = join(dir, `${name}.json`);
    const text = readIfThere(this.#path)?.toString("utf8");
    this.#items = new Map(text === undefined ? [] : (JSON.parse(text, revive) as [string, T][]));
  }

  get(key: string): T | undefined {
    return this.#items.get(key);
  }

  has(key: string): boolean {
    return this.#items.has(key);
  }

  set(key: string, item: T): T {
    const before = this.#items.get(key);
    this.#items.set(key, item);
    this.#saveOr(() => (before ? this.#items.set(key, before) : this.#items.delete(key)));
    return item;
  }

  /** Changes an item in place and keeps it. */
  update(key: string, change: (item: T) => void): T | undefined {
    const item = this.#items.get(key);
    if (!item) return undefined;
    change(item);
    this.#save();
    return item;
  }

  delete(key: string): boolean {
    const before = this.#items.get(key);
    if (!before) return false;
    this.#items.delete(key);
    this.#saveOr(() => this.#items.set(key, before));
    return true;
  }

  keys(): string[] {
    return [...this.#items.keys()].sort();
  }

  /** In key order. */
  values(): T[] {
    return this.keys().map((key) => this.#items.get(key) as T);
  }

  get size(): number {
    return this.#items.size;
  }

  /** What could not be kept did not happen. */
  #saveOr(undo: () => void): void {
    try {
      this.#save();
    } catch (error) {
      undo();
      throw error;
    }
  }

  #save(): void {
    writeAtomic(this.#path, JSON.stringify([...this.#items], replace));
  }
}

export function replace(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const raw = this[key];
  if (raw instanceof Date) return { $date: raw.toISOString() };
  if (raw instanceof Uint8Array) return { $bytes: Buffer.from(raw).toString("base64") };
  return value;
}

export function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("$date" in value && typeof value.$date === "string") return new Date(value.$date);
  if ("$bytes" in value && typeof value.$bytes === "string") return Buffer.from(value.$bytes, "base64");
  return value;
}
