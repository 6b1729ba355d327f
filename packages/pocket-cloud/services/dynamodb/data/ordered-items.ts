import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { compare, contentOf, type Item, textOf, typeOf } from "./value";

/** A key schema: a partition key and perhaps a sort key. */
export interface Keys {
  readonly hash: string;
  readonly range?: string;
}

export const keyText = (value: AttributeValue): string => `${typeOf(value)}${textOf(contentOf(value))}`;

/** One text per item: its primary key. */
export function primaryText(item: Item, { hash, range }: Keys): string {
  const partition = keyText(item[hash] as AttributeValue);
  return range === undefined ? partition : `${partition}\u0000${keyText(item[range] as AttributeValue)}`;
}

const BEFORE = -1;
const AFTER = 1;

/** Items by partition, each partition in the order of the sort key. Indexes have items of equal keys: their primary key decides. */
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

  /** Whether the item has this index's key attributes. */
  holds(item: Item): boolean {
    return (
      item[this.keys.hash] !== undefined &&
      (this.keys.range === undefined || item[this.keys.range] !== undefined)
    );
  }

  get(key: Item): Item | undefined {
    const partition = this.#partitions.get(keyText(key[this.keys.hash] as AttributeValue));
    if (!partition) return undefined;
    const found = partition[this.#place(partition, key)];
    return found && this.#compare(found, key) === 0 ? found : undefined;
  }

  put(item: Item): void {
    if (!this.holds(item)) return;
    const name = keyText(item[this.keys.hash] as AttributeValue);
    const partition = this.#partitions.get(name);
    if (!partition) {
      this.#partitions.set(name, [item]);
      this.#order = undefined;
      this.#count++;
      return;
    }
    const at = this.#place(partition, item);
    const there = partition[at];
    if (there && this.#compare(there, item) === 0) partition[at] = item;
    else {
      partition.splice(at, 0, item);
      this.#count++;
    }
  }

  delete(item: Item): void {
    if (!this.holds(item)) return;
    const name = keyText(item[this.keys.hash] as AttributeValue);
    const partition = this.#partitions.get(name);
    if (!partition) return;
    const at = this.#place(partition, item);
    const there = partition[at];
    if (!there || this.#compare(there, item) !== 0) return;
    partition.splice(at, 1);
    this.#count--;
    if (partition.length > 0) return;
    this.#partitions.delete(name);
    this.#order = undefined;
  }

  partition(hash: AttributeValue): readonly Item[] {
    return this.#partitions.get(keyText(hash)) ?? [];
  }

  /** Every item, in an order that stays while pages are read; from just after `start`. */
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

  /** The first place whose item is not before `key`. */
  #place(partition: readonly Item[], key: Item): number {
    let low = 0;
    let high = partition.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(partition[middle] as Item, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Order within a partition. */
  #compare(a: Item, b: Item): number {
    const { range } = this.keys;
    const byRange =
      range === undefined ? 0 : (compare(a[range] as AttributeValue, b[range] as AttributeValue) ?? 0);
    if (byRange !== 0 || this.keys === this.primary) return byRange;
    const left = primaryText(a, this.primary);
    const right = primaryText(b, this.primary);
    return left === right ? 0 : left < right ? BEFORE : AFTER;
  }

  /** Where `start` stands in its partition, for paging a query. */
  isAfter(item: Item, start: Item): boolean {
    return this.#compare(item, start) > 0;
  }
}

function firstAtLeast(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
