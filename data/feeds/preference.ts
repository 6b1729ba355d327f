import type { FeedDefinition, Preference } from "./contract";

/**
 * The order of rows with one natural key: the contract's preference, then all other columns. Without them, a query would show any of the rows
 * that the contract does not tell apart, and the next query another one.
 */
export function preferenceOf(feed: FeedDefinition): readonly Preference[] {
  const ordered = new Set([...feed.naturalKey, ...feed.prefer.map(({ column }) => column)]);
  const others = Object.keys(feed.columns).filter((name) => !ordered.has(name));
  return [...feed.prefer, ...others.map((column) => ({ column, order: "desc" as const }))];
}
