-- name: moving-averages
-- title: Moving averages
-- description: A fast and a slow moving average of each coin's closing prices, and where they cross.
-- feed: crypto
-- window: since until
-- param: since time default 48h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: interval duration default 1h min 1m max 30d | Length of a candle, aligned to 1970-01-01 UTC
-- param: coins list of coin_id default bitcoin | Coin ids, separated by commas; empty for all
-- param: fast int default 6 min 1 max 1000 | Candles of the fast average
-- param: slow int default 24 min 2 max 1000 | Candles of the slow average
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: bucket timestamp unit UTC | Start of the candle
-- column: close_usd double unit USD | Last price in the candle
-- column: fast_usd double unit USD | Mean of the last --fast closing prices
-- column: slow_usd double unit USD | Mean of the last --slow closing prices
-- column: crossover varchar | "up" where the fast average rises above the slow one, "down" where it falls below
-- key: bucket, close_usd, crossover, coin_id
-- chart: line x=bucket y=close_usd,fast_usd,slow_usd series=coin_id
-- note: An average is empty until the window has enough candles for it.
-- note: Candles without a poll are missing, so an average can span more time than its number of candles.
WITH closes AS (
  SELECT
    coin_id,
    bucket,
    max_by(price_usd, event_time) AS close_usd
  FROM (
    SELECT
      coin_id, event_time, price_usd,
      date_add(
        'second',
        date_diff('second', TIMESTAMP '1970-01-01 00:00:00', event_time) / :interval * :interval,
        TIMESTAMP '1970-01-01 00:00:00.000'
      ) AS bucket
    FROM crypto
    WHERE {window}
      AND (:coins = '' OR contains(split(:coins, ','), coin_id))
  ) ticks
  GROUP BY coin_id, bucket
),
averages AS (
  SELECT
    coin_id, bucket, close_usd,
    avg(close_usd) OVER (PARTITION BY coin_id ORDER BY bucket ROWS BETWEEN :fast - 1 PRECEDING AND CURRENT ROW) AS fast_mean,
    avg(close_usd) OVER (PARTITION BY coin_id ORDER BY bucket ROWS BETWEEN :slow - 1 PRECEDING AND CURRENT ROW) AS slow_mean,
    row_number() OVER (PARTITION BY coin_id ORDER BY bucket) AS candle
  FROM closes
),
full_averages AS (
  SELECT
    coin_id, bucket, close_usd,
    CASE WHEN candle >= :fast THEN fast_mean END AS fast_usd,
    CASE WHEN candle >= :slow THEN slow_mean END AS slow_usd
  FROM averages
),
distances AS (
  -- Means of equal prices differ in their last digits.
  SELECT
    *,
    CASE WHEN abs(fast_usd - slow_usd) <= 1e-12 * slow_usd THEN 0e0 ELSE fast_usd - slow_usd END AS distance
  FROM full_averages
),
steps AS (
  SELECT
    *,
    lag(distance) OVER (PARTITION BY coin_id ORDER BY bucket) AS distance_before
  FROM distances
)
SELECT
  coin_id, bucket, close_usd, fast_usd, slow_usd,
  CASE
    WHEN distance_before <= 0 AND distance > 0 THEN 'up'
    WHEN distance_before >= 0 AND distance < 0 THEN 'down'
  END AS crossover
FROM steps
ORDER BY coin_id, bucket
