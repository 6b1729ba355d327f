-- name: price-anomalies
-- title: Price anomalies
-- description: Polls whose price change is many standard deviations away from the mean of the coin's previous returns.
-- feed: crypto
-- window: since until
-- param: since time default 48h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: baseline int default 48 min 3 max 10000 | Number of previous returns to compare with
-- param: z number default 5 min 0 | Minimum distance from the mean in standard deviations, up or down
-- param: limit int default 100 min 1 max 10000 | Rows to show
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: event_time timestamp unit UTC | The poll's slot
-- column: price_usd double unit USD | Price at that poll
-- column: previous_price_usd double unit USD | Price at the coin's previous poll
-- column: return_pct double unit % digits 3 | Change from the previous price to this one
-- column: z_score double digits 2 | Distance from the mean return in standard deviations
-- key: coin_id, z_score, event_time, return_pct
-- chart: bar x=coin_id,event_time y=z_score
-- empty: no return is that far from the mean of the previous returns
-- note: Returns with fewer than three previous returns, or with equal previous returns, have no z-score and are left out.
WITH steps AS (
  SELECT
    coin_id, event_time, price_usd,
    lag(price_usd) OVER (PARTITION BY coin_id ORDER BY event_time) AS previous_price_usd
  FROM crypto
  WHERE {window}
    AND price_usd > 0
),
returns AS (
  SELECT *, price_usd / previous_price_usd - 1 AS price_return
  FROM steps
  WHERE previous_price_usd IS NOT NULL
),
baselines AS (
  SELECT
    *,
    count(*) OVER (PARTITION BY coin_id ORDER BY event_time ROWS BETWEEN :baseline PRECEDING AND 1 PRECEDING) AS earlier,
    avg(price_return) OVER (PARTITION BY coin_id ORDER BY event_time ROWS BETWEEN :baseline PRECEDING AND 1 PRECEDING) AS mean_return,
    stddev_samp(price_return) OVER (PARTITION BY coin_id ORDER BY event_time ROWS BETWEEN :baseline PRECEDING AND 1 PRECEDING) AS spread
  FROM returns
),
scores AS (
  SELECT coin_id, event_time, price_usd, previous_price_usd, 100e0 * price_return AS return_pct,
    (price_return - mean_return) / spread AS z_score
  FROM baselines
  WHERE earlier >= 3 AND spread > 0
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY abs(z_score) DESC, coin_id, event_time) AS place
  FROM scores
  WHERE abs(z_score) >= :z
)
SELECT coin_id, event_time, price_usd, previous_price_usd, return_pct, z_score
FROM placed
WHERE place <= :limit
ORDER BY place
