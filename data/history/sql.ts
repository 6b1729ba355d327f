import type { ColumnType, FeedDefinition } from "../feeds/contract";
import { sqlName, viewColumns } from "../feeds/glue";
import { preferenceOf } from "../feeds/preference";
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
${numberedRows(feed, database, [day], source)}
)
WHERE duplicate = 1
)
ORDER BY ${order.join(", ")}
)
TO '${location}'
WITH (format = 'PARQUET', compression = 'ZSTD'${isSplit ? `, partitioned_by = ARRAY['${KEY_RANGE}']` : ""})`;
}

/**
 * Compares the runs of some days, which have one name, with their source, row by row. Returns a row for each day: the day, rows of
 * the source, rows of the run, rows that differ, distinct keys of the run. A row differs when the other side has none of its key,
 * or one with another value. Rows of the source that its window leaves out need only their key in the run, so that one which is
 * left out by mistake is missed there. When the keys of the run are distinct, no row differs and there are as many rows, both have
 * the same rows.
 */
export function verifySql(
  feed: FeedDefinition,
  database: string,
  days: readonly string[],
  source: Source,
  run: string,
): string {
  const rowsOfRun = `"${database}"."${tablesOf(feed).runs}" WHERE ${onDays(days)} AND run = '${run}'`;
  const values = Object.keys(feed.columns).map(sqlName);
  const sameKey = feed.naturalKey.map((name) => {
    const comparable = withoutNull[feed.columns[name]?.type ?? "string"];
    return `${comparable(`source.${sqlName(name)}`)} = ${comparable(`run.${sqlName(name)}`)}`;
  });
  return `SELECT dt, coalesce(source_rows, 0), coalesce(run_rows, 0), coalesce(different, 0), coalesce(run_keys, 0)
FROM (VALUES ${days.map((day) => `'${day}'`).join(", ")}) AS days (dt)
LEFT JOIN (
  SELECT
    coalesce(source.dt, run.dt) AS dt,
    count_if(source.duplicate = 1) AS source_rows,
    count_if(
      source.duplicate IS NULL OR run.in_run IS NULL OR source.duplicate = 1 AND (
        ${values.map((name) => `source.${name} IS DISTINCT FROM run.${name}`).join(" OR ")}
      )
    ) AS different
  FROM (
    SELECT duplicate, dt, ${columns(feed)} FROM (
${numberedRows(feed, database, days, source)}
    )
  ) AS source
  FULL JOIN (SELECT 1 AS in_run, dt, ${columns(feed)} FROM ${rowsOfRun}) AS run
  ON ${["source.dt = run.dt", "source.hour = run.hour", ...sameKey].join(" AND ")}
  GROUP BY 1
) AS compared USING (dt)
LEFT JOIN (
  SELECT dt, sum(rows_of_key) AS run_rows, count(*) AS run_keys
  FROM (SELECT dt, count(*) AS rows_of_key FROM ${rowsOfRun} GROUP BY ${keyOf(feed)})
  GROUP BY dt
) AS counted USING (dt)`;
}

/**
 * A value, or one that no row of a feed has, for NULL. Trino joins by equality, and NULL equals nothing: IS NOT DISTINCT FROM would compare
 * each row with all others. dt and hour are never NULL.
 */
const withoutNull: Readonly<Record<ColumnType, (name: string) => string>> = {
  string: (name) => `coalesce(${name}, '')`,
  boolean: (name) => `coalesce(CAST(${name} AS varchar), '')`,
  bigint: (name) => `coalesce(${name}, BIGINT '-9223372036854775808')`,
  double: (name) => `coalesce(${name}, -infinity())`,
  timestamp: (name) => `coalesce(${name}, TIMESTAMP '0001-01-01 00:00:00.000')`,
};

const keyOf = (feed: FeedDefinition): string => ["dt", "hour", ...feed.naturalKey.map(sqlName)].join(", ");

export const countRunSql = (feed: FeedDefinition, database: string, day: string, run: string): string =>
  `SELECT count(*) FROM "${database}"."${tablesOf(feed).runs}" WHERE dt = '${day}' AND run = '${run}'`;

const columns = (feed: FeedDefinition): string =>
  ["hour", ...Object.keys(feed.columns).map(sqlName)].join(", ");

const onDays = (days: readonly string[]): string =>
  days.length === 1 ? `dt = '${days[0]}'` : `dt IN (${days.map((day) => `'${day}'`).join(", ")})`;

/** The rows of some days' sources. `duplicate` is 1 for the row of its natural key that the view shows. */
function numberedRows(
  feed: FeedDefinition,
  database: string,
  days: readonly string[],
  source: Source,
): string {
  if (!source.history && source.imported === undefined)
    return numberedSql(feed, database, tablesOf(feed).csv, onDays(days));
  const preference = preferenceOf(feed).map(
    ({ column, order }) => `${sqlName(column)} ${order.toUpperCase()}`,
  );
  return `  SELECT dt, ${columns(feed)}, row_number() OVER (PARTITION BY ${keyOf(feed)} ORDER BY ${preference.join(", ")}) AS duplicate
  FROM (
${allTyped(feed, database, days, source)}
  )`;
}

/** The rows of days in csv/, history and an imported run, with one type per column. */
function allTyped(
  feed: FeedDefinition,
  database: string,
  days: readonly string[],
  { history, imported }: Source,
): string {
  const tables = tablesOf(feed);
  const of = (table: string, where = "") =>
    `SELECT dt, ${columns(feed)} FROM "${database}"."${table}" WHERE ${onDays(days)}${where}`;
  return [
    `SELECT dt, ${columns(feed)} FROM (${viewSql(feed, database, tables.csv, onDays(days))})`,
    ...(history ? [of(tables.history)] : []),
    ...(imported === undefined ? [] : [of(tables.runs, ` AND run = '${imported}'`)]),
  ].join("\nUNION ALL\n");
}
