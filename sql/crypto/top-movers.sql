-- name: top-movers
-- title: Top movers
-- description: Each coin's change from its first to its last price in the window, largest changes first.
-- feed: crypto
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: direction enum(any, up, down) default any | "up" for gains, "down" for losses, "any" for both
-- param: min_volume number default 0 min 0 | Minimum 24-hour trading volume in USD
-- param: limit int default 20 min 1 max 5000 | Rows to show
-- column: place bigint | 1 has the largest change
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: symbol varchar | Ticker symbol
-- column: first_price_usd double unit USD | First price in the window
-- column: last_price_usd double unit USD | Last price in the window
-- column: change_pct double unit % digits 2 | Change from the first to the last
-- column: first_seen timestamp unit UTC | Slot of the first price
-- column: last_seen timestamp unit UTC | Slot of the last price
-- key: coin_id, last_price_usd, change_pct
-- chart: bar x=coin_id y=change_pct
-- note: Coins with a single price in the window, or a first price of zero, have no change and are left out.
WITH ends AS (
  SELECT
    coin_id,
    max_by(symbol, event_time) AS symbol,
    min_by(price_usd, event_time) AS first_price_usd,
    max_by(price_usd, event_time) AS last_price_usd,
    max_by(volume_24h_usd, event_time) AS volume_24h_usd,
    min(event_time) AS first_seen,
    max(event_time) AS last_seen
  FROM crypto
  WHERE {window}
  GROUP BY coin_id
),
moves AS (
  SELECT *, 100e0 * (last_price_usd - first_price_usd) / first_price_usd AS change_pct
  FROM ends
  WHERE first_seen < last_seen
    AND first_price_usd > 0
    AND coalesce(volume_24h_usd, 0e0) >= :min_volume
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY abs(change_pct) DESC, coin_id) AS place
  FROM moves
  WHERE :direction = 'any'
    OR (:direction = 'up' AND change_pct > 0)
    OR (:direction = 'down' AND change_pct < 0)
)
SELECT place, coin_id, symbol, first_price_usd, last_price_usd, change_pct, first_seen, last_seen
FROM placed
WHERE place <= :limit
ORDER BY place
