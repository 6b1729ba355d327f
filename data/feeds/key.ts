import type { FeedDefinition, Row } from "./contract";

/** The natural key as one string. JSON keeps ("a","bc") and ("ab","c") apart. */
export const naturalKeyOf = (feed: FeedDefinition, row: Row): string =>
  feed.naturalKey.length === 1
    ? String(row[feed.naturalKey[0] ?? ""])
    : JSON.stringify(feed.naturalKey.map((name) => row[name]));

/** The key columns of the feed's DynamoDB table, hash key first. */
export const storeKeyNames = (feed: FeedDefinition): readonly string[] =>
  feed.store.rangeKey === undefined ? [feed.store.hashKey] : [feed.store.hashKey, feed.store.rangeKey];

export const storeKeyOf = (feed: FeedDefinition, row: Row): Row =>
  Object.fromEntries(storeKeyNames(feed).map((name) => [name, row[name] ?? null]));

/** DynamoDB types of the key attributes: N for numeric columns, S for others. */
export const storeKeyTypes = (feed: FeedDefinition): readonly KeyAttribute[] =>
  storeKeyNames(feed).map((name) => keyAttribute(feed, name));

/** The key attributes of the table and of its indexes, each once. */
export const storeAttributes = (feed: FeedDefinition): readonly KeyAttribute[] => {
  const keys = [feed.store, ...(feed.store.indexes ?? [])];
  const columns = keys.flatMap(({ hashKey, rangeKey }) =>
    rangeKey === undefined ? [hashKey] : [hashKey, rangeKey],
  );
  return [...new Set(columns)].map((name) => keyAttribute(feed, name));
};

interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}

function keyAttribute(feed: FeedDefinition, name: string): KeyAttribute {
  const type = feed.columns[name]?.type;
  return { name, type: type === "double" || type === "bigint" ? "N" : "S" };
}
