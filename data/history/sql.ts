import type { FeedDefinition } from "../feeds/contract";
import { sqlName, viewColumns } from "../feeds/glue";
import { viewSql } from "../feeds/view";
import { tablesOf } from "../names";
import { type DayRange, outside, within } from "./days";

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

/** What a run of a day is made of besides csv/. */
export interface Source {
  /** The rows that history already has. */
  readonly history: boolean;
  /** A run that an import has written. */
  readonly imported?: string;
}

const isCsvAlone = ({ history, imported }: Source): boolean => !history && imported === undefined;

/** Writes a day's distinct rows as Parquet under an empty location, sorted for queries on one partition key's value. */
export function unloadSql(
  feed: FeedDefinition,
  database: string,
  day: string,
  source: Source,
  location: string,
): string {
  const order = [...new Set([feed.partitionKey, feed.eventTime, ...feed.naturalKey])].map(sqlName);
  return `UNLOAD (
SELECT ${columns(feed)} FROM (
${dayRows(feed, database, day, source)}
)
ORDER BY ${order.join(", ")}
)
TO '${location}'
WITH (format = 'PARQUET', compression = 'ZSTD')`;
}

/**
 * Compares a run with its source, row by row. Returns one row: rows of the source, rows of the run, rows that are not
 * in both equally often, distinct keys of the source, distinct keys of the run. The keys of csv/ are counted without
 * the view's window.
 */
export function verifySql(
  feed: FeedDefinition,
  database: string,
  day: string,
  source: Source,
  run: string,
): string {
  const { csv, runs } = tablesOf(feed);
  const written = `"${database}"."${runs}" WHERE dt = '${day}' AND run = '${run}'`;
  const keys = ["hour", ...feed.naturalKey.map(sqlName)].join(", ");
  const sourceKeys = isCsvAlone(source)
    ? `SELECT DISTINCT ${keys} FROM "${database}"."${csv}" WHERE dt = '${day}'`
    : `SELECT DISTINCT ${keys} FROM (\n${allTyped(feed, database, day, source)}\n)`;
  return `SELECT * FROM (
  SELECT
    coalesce(sum(in_source), 0) AS source_rows,
    coalesce(sum(in_run), 0) AS run_rows,
    count_if(in_source <> in_run) AS different
  FROM (
    SELECT sum(in_source) AS in_source, sum(in_run) AS in_run
    FROM (
      SELECT 1 AS in_source, 0 AS in_run, ${columns(feed)} FROM (
${dayRows(feed, database, day, source)}
      )
      UNION ALL
      SELECT 0, 1, ${columns(feed)} FROM ${written}
    )
    GROUP BY ${columns(feed)}
  )
)
CROSS JOIN (SELECT count(*) AS source_keys FROM (${sourceKeys}))
CROSS JOIN (SELECT count(*) AS run_keys FROM (SELECT DISTINCT ${keys} FROM ${written}))`;
}

export const countRunSql = (feed: FeedDefinition, database: string, day: string, run: string): string =>
  `SELECT count(*) FROM "${database}"."${tablesOf(feed).runs}" WHERE dt = '${day}' AND run = '${run}'`;

const columns = (feed: FeedDefinition): string =>
  ["hour", ...Object.keys(feed.columns).map(sqlName)].join(", ");

function dayRows(feed: FeedDefinition, database: string, day: string, source: Source): string {
  if (isCsvAlone(source)) return viewSql(feed, database, tablesOf(feed).csv, `dt = '${day}'`);
  const key = ["hour", ...feed.naturalKey.map(sqlName)].join(", ");
  const preference = feed.prefer.map(({ column, order }) => `${sqlName(column)} ${order.toUpperCase()}`);
  return `SELECT ${columns(feed)} FROM (
  SELECT ${columns(feed)}, row_number() OVER (PARTITION BY ${key} ORDER BY ${preference.join(", ")}) AS duplicate
  FROM (
${allTyped(feed, database, day, source)}
  )
)
WHERE duplicate = 1`;
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
