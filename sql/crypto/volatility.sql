-- name: volatility
-- title: Volatility
-- description: The standard deviation of each coin's logarithmic returns between candles, also scaled to a year.
-- feed: crypto
-- window: since until
-- param: since time default 48h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: interval duration default 1h min 1m max 30d | Length of a candle, aligned to 1970-01-01 UTC
-- param: limit int default 50 min 1 max 5000 | Rows to show
-- column: place bigint | 1 is the most volatile
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: symbol varchar | Ticker symbol
-- column: returns bigint | Number of returns behind the figure
-- column: volatility_pct double unit % digits 3 | Sample standard deviation of the returns
-- column: annual_volatility_pct double unit % digits 1 | Volatility scaled to a year of 365 days
-- column: last_price_usd double unit USD | Last price in the window
-- key: coin_id, volatility_pct
-- chart: bar x=coin_id y=annual_volatility_pct
-- note: Candles without a price are skipped: the return across them counts as one return.
-- note: Coins with fewer than three returns in the window are left out.
WITH closes AS (
  SELECT
    coin_id,
    bucket,
    max_by(price_usd, event_time) AS close_usd,
    max_by(symbol, event_time) AS symbol
  FROM (
    SELECT
      coin_id, symbol, event_time, price_usd,
      date_add(
        'second',
        date_diff('second', TIMESTAMP '1970-01-01 00:00:00', event_time) / :interval * :interval,
        TIMESTAMP '1970-01-01 00:00:00.000'
      ) AS bucket
    FROM crypto
    WHERE {window}
      AND price_usd > 0
  ) ticks
  GROUP BY coin_id, bucket
),
steps AS (
  SELECT
    coin_id, symbol, bucket, close_usd,
    ln(close_usd / lag(close_usd) OVER (PARTITION BY coin_id ORDER BY bucket)) AS log_return
  FROM closes
),
spreads AS (
  SELECT
    coin_id,
    max_by(symbol, bucket) AS symbol,
    count(log_return) AS returns,
    100e0 * stddev_samp(log_return) AS volatility_pct,
    max_by(close_usd, bucket) AS last_price_usd
  FROM steps
  GROUP BY coin_id
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY volatility_pct DESC, coin_id) AS place
  FROM spreads
  WHERE returns >= 3
)
SELECT
  place, coin_id, symbol, returns, volatility_pct,
  volatility_pct * sqrt(31536000e0 / :interval) AS annual_volatility_pct,
  last_price_usd
FROM placed
WHERE place <= :limit
ORDER BY place
