import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { ChangeLog } from "../../../storage/change-log";
import { type ItemChange, sameItem } from "../streams/change";
import { type Keys, OrderedItems } from "./ordered-items";
import { type Item, sizeOfItem } from "./value";

/** An item that is put, or the key of an item that is deleted. */
export type Change = { readonly put: Item } | { readonly delete: Item };

/** Receives what each write changes. */
interface Stream {
  append(changes: readonly ItemChange[]): void;
  announce(): void;
  last(): readonly ItemChange[];
}

/** A table's items and indexes, in memory and in a change log on disk. */
export class TableData {
  readonly main: OrderedItems;
  readonly indexes = new Map<string, OrderedItems>();
  readonly #opening: Generator<void, ChangeLog<Change>>;
  #openJournal: ChangeLog<Change> | undefined;
  #bytes = 0;
  /** The table's stream, while it is enabled. */
  stream: Stream | undefined;

  /** Reads nothing yet: call `load`, or step by step `loadSlice`, before the items are used. */
  constructor(
    path: string,
    readonly keys: Keys,
    indexes: Readonly<Record<string, Keys>>,
  ) {
    this.main = new OrderedItems(keys, keys);
    for (const [name, indexKeys] of Object.entries(indexes))
      this.indexes.set(name, new OrderedItems(indexKeys, keys));
    this.#opening = ChangeLog.openInSlices(path, (change) => this.#apply(change));
  }

  /** Loads items for some milliseconds. True when all are loaded. */
  loadSlice(): boolean {
    if (this.#openJournal) return true;
    const { done, value } = this.#opening.next();
    if (!done) return false;
    this.#openJournal = value;
    this.#finishLastWrite();
    return true;
  }

  load(): void {
    while (!this.loadSlice());
  }

  get #journal(): ChangeLog<Change> {
    if (!this.#openJournal) throw new Error("the table is used before it is loaded");
    return this.#openJournal;
  }

  /** The size of all items. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: Item): Item | undefined {
    return this.main.get(key);
  }

  /** Stores all changes or none; they are on disk when it returns. */
  write(changes: readonly Change[], expired = false): void {
    if (changes.length === 0) return;
    const streamed = this.stream ? this.#changesOf(changes, expired) : [];
    if (streamed.length > 0) this.stream?.append(streamed);
    this.#store(changes);
    if (streamed.length > 0) this.stream?.announce();
  }

  /** What a write changes. A write that leaves an item as it is has no record in a stream, as in AWS. */
  #changesOf(changes: readonly Change[], expired: boolean): ItemChange[] {
    return changes.flatMap((change): ItemChange[] => {
      const after = "put" in change ? change.put : undefined;
      const before = this.main.get(after ?? ("delete" in change ? change.delete : {}));
      if (sameItem(before, after)) return [];
      const source = after ?? before ?? {};
      const key = Object.fromEntries(
        [this.keys.hash, this.keys.range].flatMap((name) =>
          name === undefined ? [] : [[name, source[name] as AttributeValue]],
        ),
      );
      return [{ key, ...(before && { before }), ...(after && { after }), ...(expired && { expired }) }];
    });
  }

  /** A crash between the stream's append and the table's leaves a write that only the stream has. It is completed. */
  #finishLastWrite(): void {
    const missing = (this.stream?.last() ?? []).filter(
      ({ key, before, after }) =>
        !sameItem(this.main.get(key), after) && sameItem(this.main.get(key), before),
    );
    if (missing.length > 0)
      this.#store(missing.map(({ key, after }) => (after ? { put: after } : { delete: key })));
  }

  #store(changes: readonly Change[]): void {
    this.#journal.append(changes);
    for (const change of changes) this.#apply(change);
    this.#journal.compact(
      () => this.bytes,
      () => this.#puts(),
    );
  }

  *#puts(): Generator<Change> {
    for (const item of this.main.from(undefined)) yield { put: item };
  }

  addIndex(name: string, keys: Keys): void {
    const index = new OrderedItems(keys, this.keys);
    for (const item of this.main.from(undefined)) index.put(item);
    this.indexes.set(name, index);
  }

  #apply(change: Change): void {
    const next = "put" in change ? change.put : undefined;
    const before = this.main.get("put" in change ? change.put : change.delete);
    for (const index of this.indexes.values()) {
      if (before) index.delete(before);
      if (next) index.put(next);
    }
    this.#bytes += (next ? sizeOfItem(next) : 0) - (before ? sizeOfItem(before) : 0);
    if (next) this.main.put(next);
    else if (before) this.main.delete(before);
  }

  close(): void {
    this.#openJournal?.close();
  }

  remove(): void {
    this.#journal.remove();
  }
}
