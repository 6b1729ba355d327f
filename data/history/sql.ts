import type { FeedDefinition } from "../feeds/contract";
import { sqlName, viewColumns } from "../feeds/glue";
import { numberedSql, viewSql } from "../feeds/view";
import { tablesOf } from "../names";
import { type DayRange, outside, within } from "./days";
import { KEY_RANGE, keyRangeSql } from "./key-ranges";
import type { Source } from "./source";

/** The view `<feed>`: the days of the ranges from history, all others from csv/. */
export function unitedViewSql(feed: FeedDefinition, database: string, ranges: readonly DayRange[]): string {
  const { csv, history } = tablesOf(feed);
  if (ranges.length === 0) return viewSql(feed, database, csv);
  const names = viewColumns(feed).map(({ name }) => name);
  return `${viewSql(feed, database, csv, outside(ranges))}
UNION ALL
SELECT
  ${names.join(", ")}
FROM "${database}"."${history}"
WHERE ${within(ranges)}`;
}

/**
 * Writes a day's distinct rows as Parquet under an empty location, sorted for queries on one partition key's value. With boundaries
 * there is a folder for each range of that key.
 */
export function unloadSql(
  feed: FeedDefinition,
  database: string,
  day: string,
  source: Source,
  location: string,
  boundaries: readonly string[] = [],
): string {
  const isSplit = boundaries.length > 0;
  const range = isSplit ? `, ${keyRangeSql(feed, boundaries)} AS ${KEY_RANGE}` : "";
  const order = [...new Set([feed.partitionKey, feed.eventTime, ...feed.naturalKey])].map(sqlName);
  return `UNLOAD (
SELECT ${columns(feed)}${range} FROM (
SELECT ${columns(feed)} FROM (
${numberedRows(feed, database, day, source)}
)
WHERE duplicate = 1
)
ORDER BY ${order.join(", ")}
)
TO '${location}'
WITH (format = 'PARQUET', compression = 'ZSTD'${isSplit ? `, partitioned_by = ARRAY['${KEY_RANGE}']` : ""})`;
}

/**
 * Compares a run with its source, row by row, and reads both once. Returns one row: rows of the source, rows of the run, rows
 * that are not in both equally often, distinct keys of the source, distinct keys of the run. The keys of the source are
 * those of all of its rows, so that a row which its window leaves out by mistake is missed in the run. A row of the run has
 * the number 0 instead of one that counts its duplicates.
 */
export function verifySql(
  feed: FeedDefinition,
  database: string,
  day: string,
  source: Source,
  run: string,
): string {
  const key = ["hour", ...feed.naturalKey.map(sqlName)].join(", ");
  return `SELECT
  coalesce(sum(in_source), 0) AS source_rows,
  coalesce(sum(in_run), 0) AS run_rows,
  coalesce(sum(different), 0) AS different,
  count_if(in_read > 0) AS source_keys,
  count_if(in_run > 0) AS run_keys
FROM (
  SELECT
    max(in_read) AS in_read,
    sum(in_source) AS in_source,
    sum(in_run) AS in_run,
    count_if(in_source <> in_run) AS different,
    ${key}
  FROM (
    SELECT
      count_if(duplicate > 0) AS in_read,
      count_if(duplicate = 1) AS in_source,
      count_if(duplicate = 0) AS in_run,
      ${columns(feed)}
    FROM (
      SELECT duplicate, ${columns(feed)} FROM (
${numberedRows(feed, database, day, source)}
      )
      UNION ALL
      SELECT 0, ${columns(feed)} FROM "${database}"."${tablesOf(feed).runs}" WHERE dt = '${day}' AND run = '${run}'
    )
    GROUP BY ${columns(feed)}
  )
  GROUP BY ${key}
)`;
}

export const countRunSql = (feed: FeedDefinition, database: string, day: string, run: string): string =>
  `SELECT count(*) FROM "${database}"."${tablesOf(feed).runs}" WHERE dt = '${day}' AND run = '${run}'`;

const columns = (feed: FeedDefinition): string =>
  ["hour", ...Object.keys(feed.columns).map(sqlName)].join(", ");

/** The rows of a day's sources. `duplicate` is 1 for the row of its natural key that the view shows. */
function numberedRows(feed: FeedDefinition, database: string, day: string, source: Source): string {
  if (!source.history && source.imported === undefined)
    return numberedSql(feed, database, tablesOf(feed).csv, `dt = '${day}'`);
  const key = ["hour", ...feed.naturalKey.map(sqlName)].join(", ");
  const preference = feed.prefer.map(({ column, order }) => `${sqlName(column)} ${order.toUpperCase()}`);
  return `  SELECT ${columns(feed)}, row_number() OVER (PARTITION BY ${key} ORDER BY ${preference.join(", ")}) AS duplicate
  FROM (
${allTyped(feed, database, day, source)}
  )`;
}

/** The rows of a day in csv/, history and an imported run, with one type per column. */
function allTyped(
  feed: FeedDefinition,
  database: string,
  day: string,
  { history, imported }: Source,
): string {
  const tables = tablesOf(feed);
  const of = (table: string, where = "") =>
    `SELECT ${columns(feed)} FROM "${database}"."${table}" WHERE dt = '${day}'${where}`;
  return [
    `SELECT ${columns(feed)} FROM (${viewSql(feed, database, tables.csv, `dt = '${day}'`)})`,
    ...(history ? [of(tables.history)] : []),
    ...(imported === undefined ? [] : [of(tables.runs, ` AND run = '${imported}'`)]),
  ].join("\nUNION ALL\n");
}
