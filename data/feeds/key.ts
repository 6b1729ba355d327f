import type { FeedDefinition, Row } from "./contract";

/** The natural key as one string. JSON keeps ("a","bc") and ("ab","c") apart. */
export const naturalKeyOf = (feed: FeedDefinition, row: Row): string =>
  feed.naturalKey.length === 1
    ? String(row[feed.naturalKey[0] ?? ""])
    : JSON.stringify(feed.naturalKey.map((name) => row[name]));

/** The key columns of the feed's DynamoDB table, hash key first. */
export const storeKeyNames = ({ store: { hashKey, rangeKey } }: FeedDefinition): readonly string[] => {
  if (rangeKey === undefined) return [hashKey];
  return [hashKey, typeof rangeKey === "string" ? rangeKey : rangeKey.name];
};

export function storeKeyOf({ store: { hashKey, rangeKey } }: FeedDefinition, row: Row): Row {
  const key: Record<string, Row[string]> = { [hashKey]: row[hashKey] ?? null };
  if (typeof rangeKey === "string") key[rangeKey] = row[rangeKey] ?? null;
  else if (rangeKey) key[rangeKey.name] = rangeKey.of.map((name) => row[name] ?? "").join("#");
  return key;
}

/** The attributes of a row's item: the row's columns and the key. */
export const storeItemOf = (feed: FeedDefinition, row: Row): Row =>
  typeof feed.store.rangeKey === "object" ? { ...row, ...storeKeyOf(feed, row) } : row;

/** DynamoDB types of the key attributes: N for numeric columns, S for others. */
export const storeKeyTypes = (feed: FeedDefinition): readonly KeyAttribute[] =>
  storeKeyNames(feed).map((name) => keyAttribute(feed, name));

/** The key attributes of the table and of its indexes, each once. */
export const storeAttributes = (feed: FeedDefinition): readonly KeyAttribute[] => {
  const ofIndexes = (feed.store.indexes ?? []).flatMap(({ hashKey, rangeKey }) =>
    rangeKey === undefined ? [hashKey] : [hashKey, rangeKey],
  );
  return [...new Set([...storeKeyNames(feed), ...ofIndexes])].map((name) => keyAttribute(feed, name));
};

interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}

function keyAttribute(feed: FeedDefinition, name: string): KeyAttribute {
  const type = feed.columns[name]?.type;
  return { name, type: type === "double" || type === "bigint" ? "N" : "S" };
}
