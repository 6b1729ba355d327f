import type { FeedDefinition } from "./contract";
import { crypto } from "./crypto";
import { posts } from "./posts";
import { retail } from "./retail";
import { stocks } from "./stocks";

export type { Column, Columns, ColumnType, FeedDefinition, Row, RowOf, Store } from "./contract";
export { columnNames, defineFeed } from "./contract";
export { csvSerde, encodeCsv } from "./csv";
export { firstDay } from "./event-times";
export {
  csvColumns,
  type GlueColumn,
  partitionKeys,
  rawColumns,
  rawTrinoColumns,
  sqlName,
  type TrinoColumn,
  trinoColumns,
  viewColumns,
} from "./glue";
export { canonicalInstant, csvInstant, partitionOf } from "./instant";
export { naturalKeyOf, storeAttributes, storeItemOf, storeKeyNames, storeKeyOf, storeKeyTypes } from "./key";
export { type Refusal, type Validated, validateRow } from "./row";
export { prestoViewText, rawViewSql, viewSql } from "./view";

export const feeds: Readonly<Record<string, FeedDefinition>> = { crypto, retail, stocks, posts };
