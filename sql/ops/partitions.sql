-- name: partitions
-- title: Partitions
-- description: Objects, rows, rows per object and newest event of every hourly partition of each feed.
-- feed: each
-- window: since until
-- param: since time default 24h | Start of the window; whole hours are read
-- param: until time default now | End of the window; its whole hour is read
-- column: feed varchar | The feed
-- column: dt varchar | Day of the partition, UTC
-- column: hour varchar | Hour of the partition, UTC
-- column: objects bigint | CSV objects
-- column: row_count bigint | Rows in the objects
-- column: rows_per_object double digits 1 | Rows per object; many small objects make queries slow
-- column: newest_event timestamp unit UTC | Newest event time
-- key: feed, dt, hour, objects
-- chart: bar x=feed,dt,hour y=objects
WITH hours AS (
  -- each feed
  SELECT
    {feed.text} AS feed,
    dt,
    hour,
    count(DISTINCT "$path") AS objects,
    count(*) AS row_count,
    max({feed.time}) AS newest_text
  FROM {feed.csv}
  GROUP BY dt, hour
  -- end feed
)
SELECT
  feed,
  dt,
  hour,
  objects,
  row_count,
  1e0 * row_count / objects AS rows_per_object,
  TRY_CAST(newest_text AS timestamp) AS newest_event
FROM hours
WHERE {window.hours}
ORDER BY feed, dt, hour
