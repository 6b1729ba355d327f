import { replace, revive } from "./collection";
import { RecordLog } from "./record-log";

/** A key and what it stands for now; nothing once it is deleted. */
type Entry<T> = readonly [key: string, item?: T];

const codec = {
  stringify: (record: unknown) => JSON.stringify(record, replace),
  parse: (text: string): unknown => JSON.parse(text, revive),
};

/**
 * A named set of small records that change all the time, as a Collection's do seldom: a change is one appended line
 * instead of a file written anew. It is on disk before the change returns.
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
      codec,
    );
  }

  get(key: string): T | undefined {
    return this.#items.get(key);
  }

  set(key: string, item: T): void {
    this.#items.set(key, item);
    this.#log.append([key, item]);
  }

  delete(key: string): void {
    if (this.#items.delete(key)) this.#log.append([key]);
  }

  /** In the order in which they were first set. */
  entries(): [string, T][] {
    return [...this.#items];
  }

  close(): void {
    this.#log.close();
  }
}
