-- name: correlation
-- title: Correlation
-- description: Pearson's correlation of the returns of every pair of the largest coins.
-- feed: crypto
-- window: since until
-- param: since time default 48h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: interval duration default 1h min 1m max 30d | Length of a candle, aligned to 1970-01-01 UTC
-- param: top int default 10 min 2 max 50 | Number of coins, largest last market capitalisation first
-- column: coin_a varchar | First coin
-- column: coin_b varchar | Second coin
-- column: correlation double digits 3 | Pearson's correlation from -1 to 1; empty when a coin's price did not change
-- column: samples bigint | Candles with returns of both coins
-- key: coin_a, coin_b, correlation
-- chart: heatmap x=coin_b y=coin_a value=correlation
-- note: Returns are between consecutive candles of a coin; the correlation of pairs with fewer than three common returns is empty.
-- note: The prices are read twice, so the scan is twice the window.
WITH closes AS (
  SELECT
    coin_id,
    bucket,
    max_by(price_usd, event_time) AS close_usd,
    max_by(market_cap_usd, event_time) AS market_cap_usd
  FROM (
    SELECT
      coin_id, event_time, price_usd, market_cap_usd,
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
    coin_id, bucket,
    first_value(market_cap_usd) OVER (PARTITION BY coin_id ORDER BY bucket DESC) AS last_cap_usd,
    ln(close_usd / lag(close_usd) OVER (PARTITION BY coin_id ORDER BY bucket)) AS log_return
  FROM closes
),
ranked AS (
  SELECT coin_id, bucket, log_return, dense_rank() OVER (ORDER BY last_cap_usd DESC, coin_id) AS place
  FROM steps
),
returns AS (
  SELECT coin_id, bucket, place, log_return
  FROM ranked
  WHERE place <= :top AND log_return IS NOT NULL
)
SELECT
  a.coin_id AS coin_a,
  b.coin_id AS coin_b,
  CASE
    WHEN count(*) >= 3 AND stddev_pop(a.log_return) > 0 AND stddev_pop(b.log_return) > 0
      THEN greatest(-1e0, least(1e0, corr(a.log_return, b.log_return)))
  END AS correlation,
  count(*) AS samples
FROM returns a
JOIN returns b ON b.bucket = a.bucket
GROUP BY a.coin_id, b.coin_id, a.place, b.place
ORDER BY a.place, b.place
