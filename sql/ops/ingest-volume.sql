-- name: ingest-volume
-- title: Ingest volume
-- description: Rows and distinct events of every hour of each feed, and how complete the hour's polls are.
-- feed: each
-- window: since until
-- param: since time default 24h | Start of the window; whole hours are read
-- param: until time default now | End of the window; its whole hour is read
-- column: feed varchar | The feed
-- column: hour_start timestamp unit UTC | The partition's hour, by event time
-- column: row_count bigint | Rows in the lake's CSV objects
-- column: events bigint | Distinct natural keys
-- column: polls bigint | Distinct event times
-- column: complete_pct double unit % digits 1 | Poll slots with rows in percent of those that the cadence gives; empty for irregular feeds
-- key: feed, hour_start, complete_pct, events
-- chart: line x=hour_start y=events series=feed
-- note: Hours without rows are not shown; price-gaps shows missing polls of the crypto feed.
-- note: The current hour, and the hour in which polling started, are always incomplete.
WITH event_keys AS (
  -- each feed
  SELECT
    {feed.text} AS feed,
    CAST({feed.cadence} AS bigint) AS cadence_seconds,
    dt,
    hour,
    {feed.time} AS event_text,
    count(*) AS copies
  FROM {feed.csv}
  GROUP BY dt, hour, {feed.time}, {feed.key}
  -- end feed
)
SELECT
  feed,
  CAST(dt || ' ' || hour || ':00:00.000' AS timestamp) AS hour_start,
  sum(copies) AS row_count,
  count(*) AS events,
  count(DISTINCT event_text) AS polls,
  100e0 * count(DISTINCT date_diff('second', TIMESTAMP '1970-01-01 00:00:00', TRY_CAST(event_text AS timestamp)) / cadence_seconds)
    * max(cadence_seconds) / 3600 AS complete_pct
FROM event_keys
WHERE {window.hours}
GROUP BY feed, dt, hour
ORDER BY feed, hour_start
