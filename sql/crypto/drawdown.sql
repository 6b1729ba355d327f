-- name: drawdown
-- title: Drawdown
-- description: Each coin's largest fall from a peak in the window, when it happened, and how far the last price is below the peak.
-- feed: crypto
-- window: since until
-- param: since time default 48h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: coins list of coin_id default "" | Only these coin ids, separated by commas; empty for all
-- param: limit int default 50 min 1 max 5000 | Rows to show
-- column: place bigint | 1 has the largest fall
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: drawdown_pct double unit % digits 2 | Largest fall from the highest price before it; zero or negative
-- column: peak_usd double unit USD | Highest price before the fall
-- column: peak_at timestamp unit UTC | Last slot with the peak price
-- column: trough_usd double unit USD | Lowest price of the fall
-- column: trough_at timestamp unit UTC | First slot with the lowest price
-- column: current_drawdown_pct double unit % digits 2 | Last price in percent below the highest price of the window
-- key: coin_id, drawdown_pct, current_drawdown_pct
-- chart: bar x=coin_id y=drawdown_pct
WITH peaks AS (
  SELECT
    coin_id, event_time, price_usd,
    max(price_usd) OVER (PARTITION BY coin_id ORDER BY event_time) AS peak_usd
  FROM crypto
  WHERE {window}
    AND price_usd > 0
    AND (:coins = '' OR contains(split(:coins, ','), coin_id))
),
falls AS (
  SELECT
    coin_id, event_time, price_usd, peak_usd,
    100e0 * (price_usd / peak_usd - 1) AS drawdown_pct,
    max(CASE WHEN price_usd >= peak_usd THEN event_time END) OVER (PARTITION BY coin_id ORDER BY event_time) AS peak_at
  FROM peaks
),
ranked AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY coin_id ORDER BY drawdown_pct, event_time) AS depth,
    first_value(drawdown_pct) OVER (PARTITION BY coin_id ORDER BY event_time DESC) AS current_drawdown_pct
  FROM falls
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY drawdown_pct, coin_id) AS place
  FROM ranked
  WHERE depth = 1
)
SELECT
  place, coin_id, drawdown_pct, peak_usd, peak_at,
  price_usd AS trough_usd,
  event_time AS trough_at,
  current_drawdown_pct
FROM placed
WHERE place <= :limit
ORDER BY place
