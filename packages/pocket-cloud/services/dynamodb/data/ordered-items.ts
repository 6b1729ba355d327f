import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { compare, contentOf, type Item, textOf, typeOf } from "./value";

/** The attributes of a key schema: the partition key and an optional sort key. */
export interface Keys {
  readonly hash: string;
  readonly range?: string;
}

export const keyText = (value: AttributeValue): string => `${typeOf(value)}${textOf(contentOf(value))}`;

/** The item's primary key as one text. */
export function primaryText(item: Item, { hash, range }: Keys): string {
  const partition = keyText(item[hash] as AttributeValue);
  return range === undefined ? partition : `${partition}\u0000${keyText(item[range] as AttributeValue)}`;
}

const BEFORE = -1;
const AFTER = 1;

/**
 * Items by partition, sorted by sort key within a partition. In an index several items can have the same key; they are
 * sorted by primary key.
 */
export class OrderedItems {
  readonly #partitions = new Map<string, Item[]>();
  #order: string[] | undefined;
  #count = 0;

  constructor(
    readonly keys: Keys,
    readonly primary: Keys,
  ) {}

  get count(): number {
    return this.#count;
  }

  /** Whether the item has the key attributes. An index omits items without them. */
  hasKeys(item: Item): boolean {
    return (
      item[this.keys.hash] !== undefined &&
      (this.keys.range === undefined || item[this.keys.range] !== undefined)
    );
  }

  get(key: Item): Item | undefined {
    const partition = this.#partitions.get(keyText(key[this.keys.hash] as AttributeValue));
    if (!partition) return undefined;
    const found = partition[this.#indexOf(partition, key)];
    return found && this.#compare(found, key) === 0 ? found : undefined;
  }

  put(item: Item): void {
    if (!this.hasKeys(item)) return;
    const name = keyText(item[this.keys.hash] as AttributeValue);
    const partition = this.#partitions.get(name);
    if (!partition) {
      this.#partitions.set(name, [item]);
      this.#order = undefined;
      this.#count++;
      return;
    }
    const at = this.#indexOf(partition, item);
    const existing = partition[at];
    if (existing && this.#compare(existing, item) === 0) partition[at] = item;
    else {
      partition.splice(at, 0, item);
      this.#count++;
    }
  }

  delete(item: Item): void {
    if (!this.hasKeys(item)) return;
    const name = keyText(item[this.keys.hash] as AttributeValue);
    const partition = this.#partitions.get(name);
    if (!partition) return;
    const at = this.#indexOf(partition, item);
    const existing = partition[at];
    if (!existing || this.#compare(existing, item) !== 0) return;
    partition.splice(at, 1);
    this.#count--;
    if (partition.length > 0) return;
    this.#partitions.delete(name);
    this.#order = undefined;
  }

  partition(hash: AttributeValue): readonly Item[] {
    return this.#partitions.get(keyText(hash)) ?? [];
  }

  /** Every item after `start`, in an order that does not change from page to page. */
  *from(start: Item | undefined): Generator<Item> {
    this.#order ??= [...this.#partitions.keys()].sort();
    const names = this.#order;
    const startName = start && keyText(start[this.keys.hash] as AttributeValue);
    const first = startName === undefined ? 0 : firstAtLeast(names, startName);
    for (let index = first; index < names.length; index++) {
      const name = names[index] as string;
      for (const item of this.#partitions.get(name) ?? [])
        if (!start || name !== startName || this.#compare(item, start) > 0) yield item;
    }
  }

  /** The index of the first item that is not before `key`. */
  #indexOf(partition: readonly Item[], key: Item): number {
    let low = 0;
    let high = partition.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(partition[middle] as Item, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Compares items of one partition. */
  #compare(a: Item, b: Item): number {
    const { range } = this.keys;
    const byRange =
      range === undefined ? 0 : (compare(a[range] as AttributeValue, b[range] as AttributeValue) ?? 0);
    if (byRange !== 0 || this.keys === this.primary) return byRange;
    const left = primaryText(a, this.primary);
    const right = primaryText(b, this.primary);
    return left === right ? 0 : left < right ? BEFORE : AFTER;
  }

  /** Whether an item of the same partition is after `start`. */
  isAfter(item: Item, start: Item): boolean {
    return this.#compare(item, start) > 0;
  }
}

function firstAtLeast(sorted: readonly string[], name: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
