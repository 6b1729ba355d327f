-- name: ohlc
-- title: Open, high, low, close
-- description: Candles of any interval per coin, from polled prices. The volume is the source's rolling 24-hour volume.
-- feed: crypto
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: interval duration default 1h min 1m max 30d | Length of a candle, aligned to 1970-01-01 UTC
-- param: coins list of coin_id default bitcoin | Coin ids, separated by commas; empty for all
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: bucket timestamp unit UTC | Start of the candle
-- column: open_usd double unit USD | First price
-- column: high_usd double unit USD | Highest price
-- column: low_usd double unit USD | Lowest price
-- column: close_usd double unit USD | Last price
-- column: volume_24h_usd double unit USD digits 0 | Rolling 24-hour volume at the last price
-- column: ticks bigint | Polls in the candle
-- key: bucket, close_usd, coin_id
-- chart: candlestick x=bucket open=open_usd high=high_usd low=low_usd close=close_usd series=coin_id
-- note: Candles at the window's edges cover only the part inside the window.
WITH ticks AS (
  SELECT
    coin_id,
    date_add(
      'second',
      date_diff('second', TIMESTAMP '1970-01-01 00:00:00', event_time) / :interval * :interval,
      TIMESTAMP '1970-01-01 00:00:00.000'
    ) AS bucket,
    price_usd, volume_24h_usd, event_time
  FROM crypto
  WHERE {window}
    AND (:coins = '' OR contains(split(:coins, ','), coin_id))
)
SELECT
  coin_id,
  bucket,
  min_by(price_usd, event_time) AS open_usd,
  max(price_usd) AS high_usd,
  min(price_usd) AS low_usd,
  max_by(price_usd, event_time) AS close_usd,
  max_by(volume_24h_usd, event_time) AS volume_24h_usd,
  count(*) AS ticks
FROM ticks
GROUP BY coin_id, bucket
ORDER BY coin_id, bucket
