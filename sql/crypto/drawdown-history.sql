-- name: drawdown-history
-- title: Drawdown history
-- description: For each day, how far a coin's last price is below its highest price since the window began.
-- feed: crypto
-- window: since until
-- param: since time default 365d | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: coins list of coin_id default bitcoin | Coin ids, separated by commas; empty for all
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: day timestamp unit UTC | Day
-- column: close_usd double unit USD | Last price of the day
-- column: peak_usd double unit USD | Highest price up to the end of the day
-- column: drawdown_pct double unit % digits 2 | Last price below the peak; zero or negative
-- column: days_since_peak bigint | Days since the day of the peak
-- key: day, drawdown_pct, coin_id
-- chart: line x=day y=drawdown_pct series=coin_id
WITH daily AS (
  SELECT
    coin_id,
    date_trunc('day', event_time) AS day,
    max(price_usd) AS high_usd,
    max_by(price_usd, event_time) AS close_usd
  FROM crypto
  WHERE {window}
    AND price_usd > 0
    AND (:coins = '' OR contains(split(:coins, ','), coin_id))
  GROUP BY coin_id, date_trunc('day', event_time)
),
peaks AS (
  SELECT *, max(high_usd) OVER (PARTITION BY coin_id ORDER BY day) AS peak_usd
  FROM daily
),
dated AS (
  SELECT
    *,
    max(CASE WHEN high_usd >= peak_usd THEN day END) OVER (PARTITION BY coin_id ORDER BY day) AS peak_day
  FROM peaks
)
SELECT
  coin_id, day, close_usd, peak_usd,
  100e0 * (close_usd / peak_usd - 1) AS drawdown_pct,
  date_diff('day', peak_day, day) AS days_since_peak
FROM dated
ORDER BY coin_id, day
