-- name: yearly-performance
-- title: Performance over a year
-- description: Each coin's change over the window, its range, and where the last price lies between lowest and highest.
-- feed: crypto
-- window: since until
-- param: since time default 365d | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: coins list of coin_id default "" | Only these coin ids, separated by commas; empty for all
-- param: limit int default 50 min 1 max 5000 | Rows to show, largest change first
-- column: place bigint | 1 has the largest change
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: change_pct double unit % digits 2 | Last price compared with the first of the window
-- column: first_usd double unit USD | First price
-- column: last_usd double unit USD | Last price
-- column: low_usd double unit USD | Lowest price
-- column: high_usd double unit USD | Highest price
-- column: range_pct double unit % digits 1 | Place of the last price between lowest (0) and highest (100); empty when both are equal
-- column: first_at timestamp unit UTC | Time of the first price: later than the window's start when the coin was not yet polled
-- column: days bigint | Days with prices
-- key: coin_id, change_pct, last_usd
-- chart: bar x=coin_id y=change_pct
WITH coins AS (
  SELECT
    coin_id,
    min_by(price_usd, event_time) AS first_usd,
    max_by(price_usd, event_time) AS last_usd,
    min(price_usd) AS low_usd,
    max(price_usd) AS high_usd,
    min(event_time) AS first_at,
    count(DISTINCT dt) AS days
  FROM crypto
  WHERE {window}
    AND price_usd > 0
    AND (:coins = '' OR contains(split(:coins, ','), coin_id))
  GROUP BY coin_id
),
ranked AS (
  SELECT
    *,
    100e0 * (last_usd / first_usd - 1) AS change_pct,
    row_number() OVER (ORDER BY last_usd / first_usd DESC, coin_id) AS place
  FROM coins
)
SELECT
  place, coin_id, change_pct, first_usd, last_usd, low_usd, high_usd,
  CASE WHEN high_usd > low_usd THEN 100e0 * (last_usd - low_usd) / (high_usd - low_usd) END AS range_pct,
  first_at, days
FROM ranked
WHERE place <= :limit
ORDER BY place
