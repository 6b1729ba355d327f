import { basename, dirname, join } from "node:path";
import { readIfExists, writeAtomic } from "./atomic";
import type { Codec } from "./record-log";

/**
 * A small set of records in one JSON file, such as the streams, tables or roles of a service. Every change is written
 * before it returns. Dates and byte arrays keep their types.
 */
export class Collection<T extends object> {
  readonly #items: Map<string, T>;
  readonly #path: string;

  constructor(dir: string, name: string) {
    this.#path = join(dir, `${name}.json`);
    const text = readIfExists(this.#path)?.toString("utf8");
    this.#items = new Map(text === undefined ? [] : parseItems<T>(this.#path, text));
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

  /** Changes an item in place and saves it. If that fails, the item is as before. */
  update(key: string, change: (item: T) => void): T | undefined {
    const item = this.#items.get(key);
    if (!item) return undefined;
    const before = typedJson.stringify(item);
    try {
      change(item);
      this.#save();
    } catch (error) {
      // Others hold the object, so that its content is restored.
      for (const key of Object.keys(item)) delete item[key as keyof T];
      Object.assign(item, typedJson.parse(before));
      throw error;
    }
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

  /** Undoes a change that cannot be saved. */
  #saveOr(undo: () => void): void {
    try {
      this.#save();
    } catch (error) {
      undo();
      throw error;
    }
  }

  #save(): void {
    writeAtomic(this.#path, typedJson.stringify([...this.#items]));
  }
}

/** A state file that cannot be read. The message names it and what it held. */
class DamagedFile extends Error {
  readonly exitCode = 1;
}

function parseItems<T>(path: string, text: string): [string, T][] {
  try {
    return typedJson.parse(text) as [string, T][];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DamagedFile(
      `${path} is damaged: it held the ${basename(path, ".json")} of ${basename(dirname(path))}. Restore it from a ` +
        "copy, or delete the state directory to begin anew (npm start -- --fresh)",
    );
  }
}

/** JSON in which dates and byte arrays keep their types. */
export const typedJson: Codec = {
  stringify: (value) => JSON.stringify(value, replace),
  parse: (text) => JSON.parse(text, revive),
};

function replace(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const raw = this[key];
  if (raw instanceof Date) return { $date: raw.toISOString() };
  if (raw instanceof Uint8Array) return { $bytes: Buffer.from(raw).toString("base64") };
  return value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("$date" in value && typeof value.$date === "string") return new Date(value.$date);
  if ("$bytes" in value && typeof value.$bytes === "string") return Buffer.from(value.$bytes, "base64");
  return value;
}
