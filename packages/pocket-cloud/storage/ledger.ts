import { typedJson } from "./collection";
import { RecordLog } from "./record-log";

/** A key and its value; no value when it was deleted. */
type Entry<T> = readonly [key: string, item?: T];

/**
 * A set of records that change often. Unlike in a Collection, a change appends a line instead of rewriting the file.
 * Every change is written before it returns.
 */
export class Ledger<T extends object> {
  readonly #items = new Map<string, T>();
  readonly #log: RecordLog<Entry<T>>;

  constructor(path: string) {
    this.#log = new RecordLog<Entry<T>>(
      path,
      ([key, item]) => {
        if (item) this.#items.set(key, item);
        else this.#items.delete(key);
      },
      () => this.#items,
      typedJson,
    );
  }

  get(key: string): T | undefined {
    return this.#items.get(key);
  }

  set(key: string, item: T): void {
    this.#log.append([key, item]);
    this.#items.set(key, item);
  }

  delete(key: string): void {
    if (!this.#items.has(key)) return;
    this.#log.append([key]);
    this.#items.delete(key);
  }

  /** In insertion order. */
  entries(): [string, T][] {
    return [...this.#items];
  }

  close(): void {
    this.#log.close();
  }
}
