import type { FeedDefinition, Fields } from "./contract";

export interface NamedColumns {
  /** The value's fields under the contract's column names. */
  readonly fields: Fields;
  /** Names that match no column, or a column that has a value already. */
  readonly unknown: readonly string[];
}

const NONE: readonly string[] = [];

/** Finds the columns in an object whose fields may have other case, other spelling or declared aliases. */
export function namedColumns(feed: FeedDefinition, value: Fields): NamedColumns {
  // Own producers send exactly the contract's names. This loop is their whole cost.
  let exact = true;
  for (const name in value)
    if (!Object.hasOwn(feed.columns, name)) {
      exact = false;
      break;
    }
  if (exact) return { fields: value, unknown: NONE };
  const adapted = feed.adapt?.(value);
  if (adapted) return { fields: adapted, unknown: NONE };
  const fields: Record<string, unknown> = {};
  const unknown: string[] = [];
  const names = Object.keys(value);
  // The contract's own names come first: an alias never replaces them.
  for (const name of names) if (Object.hasOwn(feed.columns, name)) fields[name] = value[name];
  for (const name of names) {
    if (Object.hasOwn(feed.columns, name)) continue;
    const column = columnNamed(feed, name);
    if (column === undefined || Object.hasOwn(fields, column)) unknown.push(name);
    else fields[column] = value[name];
  }
  return { fields, unknown };
}

const tables = new WeakMap<FeedDefinition, ReadonlyMap<string, string>>();

/** The column that a source's field name stands for. */
export function columnNamed(feed: FeedDefinition, name: string): string | undefined {
  let table = tables.get(feed);
  if (!table) {
    table = tableOf(feed);
    tables.set(feed, table);
  }
  return table.get(simplified(name));
}

function tableOf(feed: FeedDefinition): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const [column, { aliases = [] }] of Object.entries(feed.columns))
    for (const name of [column, ...aliases]) {
      const other = table.get(simplified(name));
      if (other !== undefined && other !== column)
        throw new Error(`feed ${feed.name}: "${name}" names both ${other} and ${column}`);
      table.set(simplified(name), column);
    }
  return table;
}

/** "Customer ID", "customer_id" and "CustomerID" are one name. */
const simplified = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
