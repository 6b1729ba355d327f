-- name: price-gaps
-- title: Price gaps
-- description: Gaps in the window: consecutive poll slots without any price.
-- feed: crypto
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default 2m | End of the window, exclusive; the newest polls may not have arrived yet
-- param: cadence duration default cadence min 30s max 1d | Time between two polls; by default the stack's pollSeconds
-- column: gap_start timestamp unit UTC | First missing slot
-- column: gap_end timestamp unit UTC | Last missing slot
-- column: missing_slots bigint | Missing slots in the gap
-- column: seconds bigint unit s | Time between the polls around the gap, or to the window's edge
-- column: edge varchar | "start" or "end" when the gap touches that end of the window
-- key: gap_start, gap_end, missing_slots
-- empty: no missing poll slots in this window
-- note: A gap at the window's start can also mean that the lake begins there.
WITH bounds AS (
  SELECT
    (date_diff('second', TIMESTAMP '1970-01-01 00:00:00', :since) + :cadence - 1) / :cadence AS first_slot,
    (date_diff('second', TIMESTAMP '1970-01-01 00:00:00', :until) - 1) / :cadence AS last_slot
),
seen AS (
  SELECT DISTINCT date_diff('second', TIMESTAMP '1970-01-01 00:00:00', event_time) / :cadence AS slot
  FROM crypto
  WHERE {window}
),
fenced AS (
  SELECT slot, false AS at_start, false AS at_end FROM seen
  UNION ALL
  SELECT first_slot - 1, true, false FROM bounds
  UNION ALL
  SELECT last_slot + 1, false, true FROM bounds
),
steps AS (
  SELECT
    slot AS next_slot,
    lag(slot) OVER (ORDER BY slot) AS previous_slot,
    at_end,
    lag(at_start) OVER (ORDER BY slot) AS at_start
  FROM fenced
)
SELECT
  date_add('second', (previous_slot + 1) * :cadence, TIMESTAMP '1970-01-01 00:00:00.000') AS gap_start,
  date_add('second', (next_slot - 1) * :cadence, TIMESTAMP '1970-01-01 00:00:00.000') AS gap_end,
  next_slot - previous_slot - 1 AS missing_slots,
  (next_slot - previous_slot) * :cadence AS seconds,
  CASE WHEN at_start AND at_end THEN 'both' WHEN at_start THEN 'start' WHEN at_end THEN 'end' END AS edge
FROM steps
WHERE next_slot - previous_slot > 1
ORDER BY gap_start
