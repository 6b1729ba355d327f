import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { FeedDefinition, Row } from "../../data/feeds";

export type Item = Record<string, AttributeValue>;

/** The row as a DynamoDB item. Null columns get no attribute. */
export function toItem(row: Row): Item {
  const item: Item = {};
  for (const name in row) {
    const value = row[name];
    if (typeof value === "number") item[name] = { N: String(value) };
    else if (typeof value === "boolean") item[name] = { BOOL: value };
    else if (value !== null && value !== undefined) item[name] = { S: value };
  }
  return item;
}

export function fromItem(feed: FeedDefinition, item: Item): Row {
  const row: Record<string, string | number | boolean | null> = {};
  for (const name of Object.keys(feed.columns)) {
    const value = item[name];
    row[name] = value?.N !== undefined ? Number(value.N) : (value?.BOOL ?? value?.S ?? null);
  }
  return row;
}
