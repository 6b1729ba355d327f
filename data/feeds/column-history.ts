import type { Column, FeedDefinition } from "./contract";

/** A feed's columns as some version of the program has written them: name, type, and whether null is allowed. */
export type ColumnHistory = readonly (readonly [name: string, type: Column["type"], nullable: boolean])[];

export const columnHistory = (feed: FeedDefinition): ColumnHistory =>
  Object.entries(feed.columns).map(([name, { type, nullable = false }]) => [name, type, nullable]);

/**
 * What is wrong with a contract, compared with its committed history (column-history.json). CSV files have no header, so
 * existing files are read by position: a column may only be added, at the end and nullable. Undefined when it is fine.
 */
export function brokenHistory(feed: FeedDefinition, committed: ColumnHistory): string | undefined {
  const columns = columnHistory(feed);
  for (const [at, [name, type, nullable]] of committed.entries()) {
    const now = columns[at];
    if (now?.[0] !== name)
      return columns.some(([other]) => other === name)
        ? `column ${name} moved from position ${at + 1}; new columns go last`
        : `column ${name} is missing at position ${at + 1}; columns are never removed or renamed`;
    if (now[1] !== type) return `column ${name} is ${now[1]}; it was ${type}, and types never change`;
    if (nullable && !now[2]) return `column ${name} is no longer nullable; files with empty values exist`;
  }
  const required = columns.slice(committed.length).find(([, , nullable]) => !nullable);
  return required && `new column ${required[0]} must be nullable; existing files do not have it`;
}
