-- name: monthly-ohlc
-- title: Monthly open, high, low, close
-- description: A candle per coin and calendar month, UTC, with its change and its number of days with prices.
-- feed: crypto
-- window: since until
-- param: since time default 365d | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: coins list of coin_id default bitcoin | Coin ids, separated by commas; empty for all
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: month timestamp unit UTC | First day of the month
-- column: open_usd double unit USD | First price
-- column: high_usd double unit USD | Highest price
-- column: low_usd double unit USD | Lowest price
-- column: close_usd double unit USD | Last price
-- column: change_pct double unit % digits 2 | Last price compared with the first
-- column: days bigint | Days with prices
-- key: month, close_usd, change_pct, coin_id
-- chart: candlestick x=month open=open_usd high=high_usd low=low_usd close=close_usd series=coin_id
-- note: The first and the last month cover only the part inside the window.
WITH candles AS (
  SELECT
    coin_id,
    date_trunc('month', event_time) AS month,
    min_by(price_usd, event_time) AS open_usd,
    max(price_usd) AS high_usd,
    min(price_usd) AS low_usd,
    max_by(price_usd, event_time) AS close_usd,
    count(DISTINCT dt) AS days
  FROM crypto
  WHERE {window}
    AND (:coins = '' OR contains(split(:coins, ','), coin_id))
  GROUP BY coin_id, date_trunc('month', event_time)
)
SELECT
  coin_id, month, open_usd, high_usd, low_usd, close_usd,
  CASE WHEN open_usd > 0 THEN 100e0 * (close_usd / open_usd - 1) END AS change_pct,
  days
FROM candles
ORDER BY coin_id, month
