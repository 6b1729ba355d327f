import { join } from "node:path";
import { typedJson } from "./collection";
import { RecordLog } from "./record-log";

type Change<T> =
  | { readonly set: readonly [group: string, key: string, item: T] }
  | { readonly delete: readonly [group: string, key: string] }
  | { readonly drop: string };

/**
 * Many records in groups, such as the partitions of tables, in one log. Unlike in a Collection, the cost of a change
 * does not depend on the number of records. Every change is written before it returns.
 */
export class GroupedMap<T extends object> {
  readonly #groups = new Map<string, Map<string, T>>();
  readonly #log: RecordLog<Change<T>>;

  constructor(dir: string, name: string) {
    this.#log = new RecordLog<Change<T>>(
      join(dir, `${name}.log`),
      (change) => this.#apply(change),
      () => this.#liveChanges(),
      typedJson,
    );
  }

  get(group: string, key: string): T | undefined {
    return this.#groups.get(group)?.get(key);
  }

  /** In key order. */
  values(group: string): T[] {
    const items = this.#groups.get(group);
    return items ? [...items.keys()].sort().map((key) => items.get(key) as T) : [];
  }

  size(group: string): number {
    return this.#groups.get(group)?.size ?? 0;
  }

  set(group: string, ...items: (readonly [key: string, item: T])[]): void {
    this.#change(...items.map(([key, item]) => ({ set: [group, key, item] as const })));
  }

  delete(group: string, ...keys: string[]): void {
    this.#change(...keys.map((key) => ({ delete: [group, key] as const })));
  }

  drop(group: string): void {
    if (this.#groups.has(group)) this.#change({ drop: group });
  }

  close(): void {
    this.#log.close();
  }

  #change(...changes: Change<T>[]): void {
    this.#log.append(...changes);
    for (const change of changes) this.#apply(change);
  }

  #apply(change: Change<T>): void {
    if ("set" in change) {
      const [group, key, item] = change.set;
      const items = this.#groups.get(group) ?? new Map<string, T>();
      this.#groups.set(group, items.set(key, item));
    } else if ("delete" in change) this.#groups.get(change.delete[0])?.delete(change.delete[1]);
    else this.#groups.delete(change.drop);
  }

  *#liveChanges(): Iterable<Change<T>> {
    for (const [group, items] of this.#groups)
      for (const [key, item] of items) yield { set: [group, key, item] };
  }
}
