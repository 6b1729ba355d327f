-- name: duplicates
-- title: Duplicates
-- description: Events that are stored more than once in the lake. The views show each of them once.
-- feed: each
-- window: since until
-- param: since time default 24h | Start of the window; whole hours are read
-- param: until time default now | End of the window; its whole hour is read
-- param: limit int default 100 min 1 max 10000 | Rows to show
-- column: feed varchar | The feed
-- column: hour_start timestamp unit UTC | The partition's hour, by event time
-- column: event_key varchar | Values of the feed's natural key
-- column: copies bigint | Rows with this key
-- column: objects bigint | CSV objects that contain the rows
-- column: all_surplus bigint | Duplicate rows of the feed in the whole window
-- key: feed, event_key, copies
-- empty: no duplicate events in this window
-- note: Delivery is at least once: a few duplicates after a retry are normal, many mean that a checkpoint was rolled back.
WITH event_keys AS (
  -- each feed
  SELECT
    {feed.text} AS feed,
    dt,
    hour,
    array_join(ARRAY[{feed.key}], ' ') AS event_key,
    count(*) AS copies,
    count(DISTINCT "$path") AS objects
  FROM {feed.csv}
  GROUP BY dt, hour, {feed.key}
  -- end feed
),
repeated AS (
  SELECT
    *,
    sum(copies - 1) OVER (PARTITION BY feed) AS all_surplus,
    row_number() OVER (ORDER BY copies DESC, feed, dt, hour, event_key) AS place
  FROM event_keys
  WHERE copies > 1
    AND {window.hours}
)
SELECT
  feed,
  CAST(dt || ' ' || hour || ':00:00.000' AS timestamp) AS hour_start,
  event_key,
  copies,
  objects,
  all_surplus
FROM repeated
WHERE place <= :limit
ORDER BY place
