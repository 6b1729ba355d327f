import type { Column, ColumnType, FeedDefinition } from "./contract";

export interface GlueColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** Glue and Trino column names are lower case. */
export const sqlName = (column: string): string => column.toLowerCase();

/** Columns of `<feed>_csv`. OpenCSVSerde reads only strings; the view casts them. */
export const csvColumns = (feed: FeedDefinition): GlueColumn[] => columns(feed, () => "string");

const rawTypes: Readonly<Record<ColumnType, string>> = {
  string: "string",
  double: "double",
  bigint: "bigint",
  boolean: "boolean",
  // Hive's JSON SerDe cannot read ISO timestamps with a zone.
  timestamp: "string",
};

/** Columns of the tables over raw/: rows as the producers sent them. */
export const rawColumns = (feed: FeedDefinition): GlueColumn[] => columns(feed, ({ type }) => rawTypes[type]);

export const partitionKeys: readonly GlueColumn[] = [
  { name: "dt", type: "string", comment: "UTC day, YYYY-MM-DD" },
  { name: "hour", type: "string", comment: "UTC hour, 00 to 23" },
];

const hiveTypes: Readonly<Record<ColumnType, string>> = { ...rawTypes, timestamp: "timestamp" };

/** Columns of the view `<feed>` in Glue, partition columns included. */
export const viewColumns = (feed: FeedDefinition): GlueColumn[] => [
  ...columns(feed, ({ type }) => hiveTypes[type]),
  ...partitionKeys,
];

const trinoTypes: Readonly<Record<ColumnType, string>> = {
  string: "varchar",
  double: "double",
  bigint: "bigint",
  boolean: "boolean",
  timestamp: "timestamp(3)",
};

/** Columns of the view `<feed>` with Trino types. */
export const trinoColumns = (feed: FeedDefinition): TrinoColumn[] => columnsWith(feed, trinoTypes);

/** Columns of the view `<feed>_raw` with Trino types. */
export const rawTrinoColumns = (feed: FeedDefinition): TrinoColumn[] =>
  columnsWith(feed, { ...trinoTypes, timestamp: "varchar" });

export interface TrinoColumn {
  readonly name: string;
  readonly type: string;
}

const columnsWith = (feed: FeedDefinition, types: Readonly<Record<ColumnType, string>>): TrinoColumn[] => [
  ...Object.entries(feed.columns).map(([name, { type }]) => ({ name: sqlName(name), type: types[type] })),
  ...partitionKeys.map(({ name }) => ({ name, type: "varchar" })),
];

function columns(feed: FeedDefinition, type: (column: Column) => string): GlueColumn[] {
  return Object.entries(feed.columns).map(([name, column]) => ({
    name: sqlName(name),
    type: type(column),
    comment: column.doc,
  }));
}
