import type { FeedDefinition } from "../feeds/contract";
import { sqlName } from "../feeds/glue";
import { tablesOf } from "../names";
import type { Source } from "./source";

/**
 * The column of an UNLOAD that splits a run: its files are in the folders `key_range=0/`, `key_range=1/`, …, and do not have the
 * column.
 */
export const KEY_RANGE = "key_range";

/**
 * A query for one key reads the footer of each file of a day, and the chunks of one. With n files it costs n GETs, and the
 * price of 1/n of the chunks, so that the cheapest n grows with the root of the day's bytes. docs/decisions/history-as-parquet.md
 * has the numbers.
 */
const BYTES_OF_ONE_FILE = 800_000;
/** More files make queries for one key cheaper still, and those for all keys dearer: each file is a GET. An UNLOAD may have 100 partitions. */
const MOST_FILES = 16;

/** The files of a day with so many bytes of CSV, each with a range of the feed's partition key. */
export function filesOf(feed: FeedDefinition, csvBytes: number): number {
  // Other types would need literals of their own.
  if (feed.columns[feed.partitionKey]?.type !== "string") return 1;
  return Math.max(1, Math.min(MOST_FILES, Math.round(Math.sqrt(csvBytes / BYTES_OF_ONE_FILE))));
}

/** The first keys of all ranges but the lowest, so that each range has about as many rows of the day. */
export function boundariesSql(
  feed: FeedDefinition,
  database: string,
  day: string,
  { history, imported }: Source,
  files: number,
): string {
  const key = sqlName(feed.partitionKey);
  const { csv, history: compacted, runs } = tablesOf(feed);
  const of = (table: string, where = "") =>
    `SELECT ${key} FROM "${database}"."${table}" WHERE dt = '${day}'${where}`;
  const rows = [
    of(csv),
    ...(history ? [of(compacted)] : []),
    ...(imported === undefined ? [] : [of(runs, ` AND run = '${imported}'`)]),
  ];
  return `SELECT min(${key}) FROM (
SELECT ${key}, (sum(rows_of_key) OVER (ORDER BY ${key}) - rows_of_key) * ${files} / sum(rows_of_key) OVER () AS ${KEY_RANGE}
FROM (
SELECT ${key}, count(*) AS rows_of_key FROM (
${rows.join("\nUNION ALL\n")}
)
WHERE ${key} IS NOT NULL
GROUP BY ${key}
)
)
WHERE ${KEY_RANGE} > 0
GROUP BY ${KEY_RANGE}
ORDER BY 1`;
}

/** The boundaries of fewer files, taken from those of more. */
export function boundariesOf(files: number, boundaries: readonly string[]): readonly string[] {
  const present = boundaries.length + 1;
  if (files >= present) return boundaries;
  return Array.from(
    { length: files - 1 },
    (_, i) => boundaries[Math.round(((i + 1) * present) / files) - 1] ?? "",
  );
}

/** The number of a row's range. NULL is in the last one, where ORDER BY puts it too. */
export function keyRangeSql(feed: FeedDefinition, boundaries: readonly string[]): string {
  const key = sqlName(feed.partitionKey);
  const cases = boundaries.map((first, i) => `WHEN ${key} < '${first.replaceAll("'", "''")}' THEN ${i}`);
  return `CASE ${cases.join(" ")} ELSE ${boundaries.length} END`;
}
