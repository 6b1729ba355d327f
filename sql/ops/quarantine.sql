-- name: quarantine
-- title: Quarantine
-- description: Rows that functions refused and rows that Firehose could not deliver, by day, column and reason, each with an example; and fields that no column knows.
-- feed: each
-- window: since until
-- param: since time default 7d | Start of the window; whole days are read
-- param: until time default now | End of the window; its whole day is read
-- param: limit int default 100 min 1 max 10000 | Rows to show
-- column: feed varchar | The feed
-- column: dt varchar | Day of arrival, UTC
-- column: refused_column varchar | The invalid column or the unknown field; empty when the row could not be parsed or delivered
-- column: reason varchar | Why the row was refused; Firehose's error code and message begin with "Firehose"
-- column: refused bigint | Refused rows; 0 for an unknown field, whose rows are stored
-- column: objects bigint | Quarantine or error objects that contain the rows
-- column: example varchar | One of the rows as received
-- column: stored bigint | Rows stored without the unknown field; empty for refused rows
-- key: feed, reason, refused, stored
-- chart: bar x=feed,refused_column,reason y=refused
-- empty: no refused rows in this window
WITH entries AS (
  -- each feed
  SELECT
    {feed.text} AS feed,
    dt,
    "column" AS refused_column,
    reason,
    raw AS example,
    "rows" AS stored,
    "$path" AS object
  FROM {feed.quarantine}
  UNION ALL
  SELECT
    {feed.text},
    dt,
    CAST(NULL AS varchar),
    concat('Firehose: ', coalesce(errorcode, lasterrorcode), ': ', coalesce(errormessage, lasterrormessage)),
    rtrim(from_utf8(from_base64(rawdata))),
    CAST(NULL AS bigint),
    "$path"
  FROM {feed.errors}
  -- end feed
),
refusals AS (
  SELECT
    feed,
    dt,
    refused_column,
    reason,
    count_if(stored IS NULL) AS refused,
    count(DISTINCT object) AS objects,
    min(example) AS example,
    sum(stored) AS stored
  FROM entries
  WHERE {window.days}
  GROUP BY feed, dt, refused_column, reason
),
placed AS (
  SELECT
    *,
    row_number() OVER (ORDER BY refused DESC, stored DESC, feed, dt, reason, refused_column) AS place
  FROM refusals
)
SELECT feed, dt, refused_column, reason, refused, objects, example, stored
FROM placed
WHERE place <= :limit
ORDER BY place
