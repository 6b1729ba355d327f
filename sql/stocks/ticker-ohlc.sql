-- name: ticker-ohlc
-- title: Share candles
-- description: Open, high, low and close of each share over any interval.
-- feed: stocks
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: interval duration default 15m min 1m max 30d | Length of a candle, aligned to 1970-01-01 UTC
-- param: tickers list of ticker_symbol default "" | Ticker symbols, separated by commas; empty for all
-- column: ticker_symbol varchar | The share's ticker symbol
-- column: bucket timestamp unit UTC | Start of the candle
-- column: open_usd double unit USD digits 2 | First price
-- column: high_usd double unit USD digits 2 | Highest price
-- column: low_usd double unit USD digits 2 | Lowest price
-- column: close_usd double unit USD digits 2 | Last price
-- column: ticks bigint | Ticks in the candle
-- key: bucket, close_usd, ticker_symbol
-- note: Ticks of the direct delivery stream are in raw/ only: query stocks_raw for them.
-- chart: candlestick x=bucket open=open_usd high=high_usd low=low_usd close=close_usd series=ticker_symbol
-- note: Candles at the window's edges cover only the part inside the window.
-- note: Of several ticks at one instant, the lowest price is the first and the highest the last.
WITH ticks AS (
  SELECT
    ticker_symbol,
    date_add(
      'second',
      date_diff('second', TIMESTAMP '1970-01-01 00:00:00', event_time) / :interval * :interval,
      TIMESTAMP '1970-01-01 00:00:00.000'
    ) AS bucket,
    price, event_time
  FROM stocks
  WHERE {window}
    AND (:tickers = '' OR contains(split(:tickers, ','), ticker_symbol))
)
SELECT
  ticker_symbol,
  bucket,
  min_by(price, ROW(event_time, price)) AS open_usd,
  max(price) AS high_usd,
  min(price) AS low_usd,
  max_by(price, ROW(event_time, price)) AS close_usd,
  count(*) AS ticks
FROM ticks
GROUP BY ticker_symbol, bucket
ORDER BY ticker_symbol, bucket
