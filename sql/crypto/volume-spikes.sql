-- name: volume-spikes
-- title: Volume spikes
-- description: Candles whose rolling 24-hour volume is many standard deviations above the mean of the coin's previous candles.
-- feed: crypto
-- window: since until
-- param: since time default 48h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: interval duration default 1h min 1m max 30d | Length of a candle, aligned to 1970-01-01 UTC
-- param: baseline int default 24 min 3 max 1000 | Number of previous candles to compare with
-- param: z number default 3 min 0 | Minimum distance from the mean in standard deviations
-- param: limit int default 100 min 1 max 10000 | Rows to show
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: bucket timestamp unit UTC | Start of the candle
-- column: volume_24h_usd double unit USD digits 0 | Rolling volume at the candle's last poll
-- column: mean_usd double unit USD digits 0 | Mean of the previous candles
-- column: z_score double digits 2 | Distance from the mean in standard deviations
-- column: price_usd double unit USD | Price at the candle's last poll
-- key: coin_id, z_score, bucket
-- chart: bar x=coin_id,bucket y=z_score
-- empty: no volume is that far above the mean of the previous candles
-- note: Candles with fewer than three previous candles, or with equal previous volumes, have no z-score and are left out.
WITH volumes AS (
  SELECT
    coin_id,
    bucket,
    max_by(volume_24h_usd, event_time) AS volume_24h_usd,
    max_by(price_usd, event_time) AS price_usd
  FROM (
    SELECT
      coin_id, event_time, price_usd, volume_24h_usd,
      date_add(
        'second',
        date_diff('second', TIMESTAMP '1970-01-01 00:00:00', event_time) / :interval * :interval,
        TIMESTAMP '1970-01-01 00:00:00.000'
      ) AS bucket
    FROM crypto
    WHERE {window}
      AND volume_24h_usd IS NOT NULL
  ) ticks
  GROUP BY coin_id, bucket
),
baselines AS (
  SELECT
    coin_id, bucket, volume_24h_usd, price_usd,
    count(*) OVER (PARTITION BY coin_id ORDER BY bucket ROWS BETWEEN :baseline PRECEDING AND 1 PRECEDING) AS candles,
    avg(volume_24h_usd) OVER (PARTITION BY coin_id ORDER BY bucket ROWS BETWEEN :baseline PRECEDING AND 1 PRECEDING) AS mean_usd,
    stddev_samp(volume_24h_usd) OVER (PARTITION BY coin_id ORDER BY bucket ROWS BETWEEN :baseline PRECEDING AND 1 PRECEDING) AS spread_usd
  FROM volumes
),
scores AS (
  SELECT coin_id, bucket, volume_24h_usd, mean_usd, (volume_24h_usd - mean_usd) / spread_usd AS z_score, price_usd
  FROM baselines
  WHERE candles >= 3 AND spread_usd > 0
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY z_score DESC, coin_id, bucket) AS place
  FROM scores
  WHERE z_score >= :z
)
SELECT coin_id, bucket, volume_24h_usd, mean_usd, z_score, price_usd
FROM placed
WHERE place <= :limit
ORDER BY place
