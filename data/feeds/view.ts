import type { Column, FeedDefinition } from "./contract";
import { rawTrinoColumns, sqlName, type TrinoColumn } from "./glue";
import { preferenceOf } from "./preference";

/**
 * The typed view over `<feed>_csv` in Trino SQL: one row per natural key. `where` limits the rows of the table.
 *
 * The table's name has its database. The catalogue is that of the view's definition: Trino stores the text of CREATE
 * VIEW as it is written, beside the session's catalogue and schema (trinodb/trino, CreateViewTask.java).
 */
export function viewSql(feed: FeedDefinition, database: string, table: string, where?: string): string {
  const names = Object.keys(feed.columns).map(sqlName);
  return `SELECT
  ${[...names, "dt", "hour"].join(", ")}
FROM (
${numberedSql(feed, database, table, where)}
)
WHERE duplicate = 1`;
}

/**
 * All rows of `<feed>_csv`, typed. `duplicate` is 1 for the row of its natural key that the view shows. dt and hour are part
 * of PARTITION BY, so that Trino can push predicates on them below the window. They follow from the event time, so they do
 * not split a key.
 */
export function numberedSql(feed: FeedDefinition, database: string, table: string, where?: string): string {
  const typed = Object.entries(feed.columns).map(
    ([name, column]) => `    ${typedColumn(name, column)} AS ${sqlName(name)}`,
  );
  const key = ["dt", "hour", ...feed.naturalKey.map(sqlName)].join(", ");
  const preference = preferenceOf(feed)
    .map(({ column, order }) => `${preferred(feed, column)} ${order.toUpperCase()}`)
    .join(", ");
  return `  SELECT
${typed.join(",\n")},
    dt,
    hour,
    row_number() OVER (PARTITION BY ${key} ORDER BY ${preference}) AS duplicate
  FROM "${database}"."${table}"${where === undefined ? "" : `\n  WHERE ${where}`}`;
}

/** Text and timestamps sort correctly as CSV text. Numbers need a cast. */
function preferred(feed: FeedDefinition, name: string): string {
  const type = feed.columns[name]?.type ?? "string";
  return type === "string" || type === "timestamp" ? sqlName(name) : `TRY_CAST(${sqlName(name)} AS ${type})`;
}

function typedColumn(name: string, column: Column): string {
  const text = `NULLIF(${sqlName(name)}, '')`;
  if (column.type !== "string") return `TRY_CAST(${text} AS ${column.type})`;
  return column.multiline ? `replace(${text}, chr(8232), chr(10))` : text;
}

/**
 * The view `<feed>_raw`: the rows of all raw formats. A predicate on dt limits each table's partitions. Lines without any
 * column of the feed are left out: blank lines, lines that are no JSON, and objects of another form.
 */
export function rawViewSql(feed: FeedDefinition, database: string, tables: readonly string[]): string {
  const columns = rawTrinoColumns(feed).map(({ name }) => name);
  const hasColumn = Object.keys(feed.columns)
    .map((name) => `${sqlName(name)} IS NOT NULL`)
    .join(" OR ");
  return tables
    .map((table) => `SELECT ${columns.join(", ")} FROM "${database}"."${table}" WHERE ${hasColumn}`)
    .join("\nUNION ALL\n");
}

/** The ViewOriginalText that Athena expects in Glue. */
export function prestoViewText(
  columns: readonly TrinoColumn[],
  originalSql: string,
  database: string,
): string {
  const definition = { originalSql, catalog: "awsdatacatalog", schema: database, columns };
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`;
}
