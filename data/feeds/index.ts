import type { FeedDefinition } from "./contract";
import { crypto } from "./crypto";

export type { Column, ColumnType, Columns, FeedDefinition, Row, RowOf, Store } from "./contract";
export { columnNames } from "./contract";

/** Every feed by name. */
export const feeds: Readonly<Record<string, FeedDefinition>> = { crypto };
