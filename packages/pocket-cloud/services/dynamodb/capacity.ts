import type { Capacity, ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import type { OrderedItems } from "./data/ordered-items";
import { equal, type Item, sizeOfItem } from "./data/value";
import { namesOf } from "./keys";
import type { Mutation } from "./mutation";
import type { Table, TableStore } from "./store";
import { indexesOf, type TableIndex } from "./table-indexes";

/** Capacity units that a request consumed of a table and of its indexes. */
export interface Consumed {
  readonly table: number;
  readonly indexes: readonly { readonly name: string; readonly global: boolean; readonly units: number }[];
}

/** Transactions read and write each item twice. */
export const TRANSACTION = 2;

const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));

/** Reads are rounded up to 4 KB; an eventually consistent read costs half. */
export const readUnits = (bytes: number, consistent: boolean | undefined): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

export const ofTable = (units: number): Consumed => ({ table: units, indexes: [] });

/** The units of a write by the larger of the item's sizes before and after, and those of the indexes it changes. */
export function unitsOfWrite(table: Table, { before, after, key }: Mutation, factor = 1): Consumed {
  const bytes = Math.max(before ? sizeOfItem(before) : 0, sizeOfItem(after ?? key));
  const units = writeUnits(bytes) * factor;
  if (table.data.indexes.size === 0) return ofTable(units);
  const indexes = indexesOf(table).map((index) => ({
    ...index,
    units: unitsOfIndexWrite(index, before, after) * factor,
  }));
  return { table: units, indexes: indexes.filter((index) => index.units > 0) };
}

/** A changed key costs a delete and a put; an unchanged projection costs nothing. */
function unitsOfIndexWrite(index: TableIndex, before: Item | undefined, after: Item | undefined): number {
  const [old, next] = [before, after].map((item) => item && entryOf(index, item));
  if (!old || !next) return old || next ? writeUnits(sizeOfItem(old ?? next ?? {})) : 0;
  const { keys } = index.items;
  const changed = (name: string) => !same(old[name], next[name]);
  if (namesOf(keys).some(changed)) return writeUnits(sizeOfItem(old)) + writeUnits(sizeOfItem(next));
  const names = new Set([...Object.keys(old), ...Object.keys(next)]);
  return [...names].some(changed) ? writeUnits(Math.max(sizeOfItem(old), sizeOfItem(next))) : 0;
}

const same = (a: Item[string] | undefined, b: Item[string] | undefined): boolean =>
  a === undefined || b === undefined ? a === b : equal(a, b);

/** The item as an index stores it. */
function entryOf(
  { items, projected }: { items: OrderedItems; projected?: ReadonlySet<string> | undefined },
  item: Item,
) {
  return items.hasKeys(item) ? pick(item, projected) : undefined;
}

export const pick = (item: Item, names: ReadonlySet<string> | undefined): Item =>
  names ? Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name))) : item;

export function sumOf(consumed: readonly Consumed[]): Consumed {
  const indexes = new Map<string, Consumed["indexes"][number]>();
  for (const index of consumed.flatMap((one) => one.indexes))
    indexes.set(index.name, { ...index, units: index.units + (indexes.get(index.name)?.units ?? 0) });
  return { table: consumed.reduce((sum, { table }) => sum + table, 0), indexes: [...indexes.values()] };
}

interface Request {
  readonly ReturnConsumedCapacity?: string | undefined;
}

/** Reports consumed capacity to CloudWatch. The units of a local index count as those of its table. */
export function reportConsumed(
  store: TableStore,
  kind: "Read" | "Write",
  TableName: string,
  consumed: Consumed,
): void {
  const metric = `Consumed${kind}CapacityUnits` as const;
  const { table, indexes } = consumed;
  const own = indexes.reduce((sum, { global, units }) => sum + (global ? 0 : units), table);
  if (own > 0) store.report({ TableName }, { [metric]: own });
  for (const { name, global, units } of indexes)
    if (global) store.report({ TableName, GlobalSecondaryIndexName: name }, { [metric]: units });
}

/** Reports consumed capacity, and describes it when the request asks for it. */
export function consume(
  store: TableStore,
  kind: "Read" | "Write",
  { ReturnConsumedCapacity: level = "NONE" }: Request,
  TableName: string,
  consumed: Consumed,
): ConsumedCapacity | undefined {
  reportConsumed(store, kind, TableName, consumed);
  if (level === "NONE") return undefined;
  const { table, indexes } = consumed;
  const CapacityUnits = indexes.reduce((sum, { units }) => sum + units, table);
  if (level !== "INDEXES") return { TableName, CapacityUnits };
  const described = (global: boolean): Record<string, Capacity> | undefined => {
    const found = indexes.filter((index) => index.global === global);
    if (found.length === 0) return undefined;
    return Object.fromEntries(found.map(({ name, units }) => [name, { CapacityUnits: units }]));
  };
  const [globals, locals] = [described(true), described(false)];
  return {
    TableName,
    CapacityUnits,
    Table: { CapacityUnits: table },
    ...(globals && { GlobalSecondaryIndexes: globals }),
    ...(locals && { LocalSecondaryIndexes: locals }),
  };
}
