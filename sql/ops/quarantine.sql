-- name: quarantine
-- title: Quarantine
-- description: Rows that functions refused, by day, column and reason, each with an example.
-- feed: each
-- window: since until
-- param: since time default 7d | Start of the window; whole days are read
-- param: until time default now | End of the window; its whole day is read
-- param: limit int default 100 min 1 max 10000 | Rows to show
-- column: feed varchar | The feed
-- column: dt varchar | Day of arrival, UTC
-- column: refused_column varchar | The invalid column; empty when the row could not be parsed
-- column: reason varchar | Why the row was refused
-- column: refused bigint | Refused rows
-- column: objects bigint | Quarantine objects that contain the rows
-- column: example varchar | One of the rows as received
-- chart: bar x=feed,reason y=refused
-- empty: no refused rows in this window
WITH refusals AS (
  -- each feed
  SELECT
    {feed.text} AS feed,
    dt,
    "column" AS refused_column,
    reason,
    count(*) AS refused,
    count(DISTINCT "$path") AS objects,
    min(raw) AS example
  FROM {feed.quarantine}
  WHERE {window.days}
  GROUP BY dt, "column", reason
  -- end feed
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY refused DESC, feed, dt, reason, refused_column) AS place
  FROM refusals
)
SELECT feed, dt, refused_column, reason, refused, objects, example
FROM placed
WHERE place <= :limit
ORDER BY place
