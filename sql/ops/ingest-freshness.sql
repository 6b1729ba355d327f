-- name: ingest-freshness
-- title: Ingest freshness
-- description: The age of each feed's newest event, and whether it is late by the feed's cadence.
-- feed: each
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | The time that ages are relative to; later rows are not read
-- column: feed varchar | The feed
-- column: newest_event timestamp unit UTC | Newest event before the window's end; empty when the feed has none
-- column: age_seconds bigint unit s | Time from the newest event to the window's end
-- column: cadence_seconds bigint unit s | Time between two events of a healthy source; empty for irregular feeds
-- column: events bigint | Distinct events in the window
-- column: status varchar | "fresh", "late" (older than two cadences), "irregular", "newest" and its day when that is before the window, "empty" when the feed has no event, or "none in the window" when older days were not looked at
-- key: feed, status, newest_event
-- note: Ages are relative to --until, which is now by default.
-- note: The command finds the newest day before the window in the bucket's listing. The query saved in Athena reads the window only, because it would have to list every partition.
WITH before_window AS (
  -- each feed
  SELECT
    {feed.text} AS feed,
    {feed.cadence} AS cadence_seconds,
    {feed.none} AS without_events,
    max({feed.time}) AS newest_event
  FROM {feed.view}
  WHERE dt = {feed.newest}
    AND {feed.time} < :until
  -- end feed
),
all_events AS (
  -- each feed
  SELECT {feed.text} AS feed, dt, hour, {feed.time} AS event_time
  FROM {feed.view}
  -- end feed
),
in_window AS (
  SELECT feed, max(event_time) AS newest_event, count(*) AS events
  FROM all_events
  WHERE {window.hours}
    AND event_time >= :since
    AND event_time < :until
  GROUP BY feed
),
newest AS (
  SELECT
    before_window.feed,
    cadence_seconds,
    without_events,
    coalesce(in_window.newest_event, before_window.newest_event) AS newest_event,
    coalesce(events, 0) AS events
  FROM before_window
  LEFT JOIN in_window ON in_window.feed = before_window.feed
),
aged AS (
  SELECT *, date_diff('second', newest_event, :until) AS age_seconds
  FROM newest
)
SELECT
  feed,
  newest_event,
  age_seconds,
  cadence_seconds,
  events,
  CASE
    WHEN newest_event IS NULL THEN without_events
    WHEN age_seconds > 2 * cadence_seconds THEN 'late'
    WHEN cadence_seconds IS NOT NULL THEN 'fresh'
    WHEN events = 0 THEN concat('newest ', CAST(CAST(newest_event AS date) AS varchar))
    ELSE 'irregular'
  END AS status
FROM aged
ORDER BY feed
