-- name: seasonality
-- title: Seasonality by hour and weekday
-- description: The mean hourly return of a coin by weekday and hour of the day, UTC, and the share of hours that rose.
-- feed: crypto
-- window: since until
-- param: since time default 365d | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: coin string of coin_id default bitcoin | CoinGecko's id of the coin
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: weekday bigint | Day of the week, 1 is Monday
-- column: hour_of_day bigint | Hour of the day, UTC
-- column: mean_return_pct double unit % digits 3 | Mean change from the hour's first to its last price
-- column: rising_pct double unit % digits 1 | Share of the hours that rose
-- column: hours bigint | Hours with two prices or more
-- key: weekday, hour_of_day, mean_return_pct
-- chart: heatmap x=hour_of_day y=weekday value=mean_return_pct
WITH hourly AS (
  SELECT
    coin_id,
    date_trunc('hour', event_time) AS bucket,
    min_by(price_usd, event_time) AS open_usd,
    max_by(price_usd, event_time) AS close_usd
  FROM crypto
  WHERE {window}
    AND price_usd > 0
    AND coin_id = :coin
  GROUP BY coin_id, date_trunc('hour', event_time)
  HAVING count(*) > 1
)
SELECT
  coin_id,
  day_of_week(bucket) AS weekday,
  hour(bucket) AS hour_of_day,
  avg(100e0 * (close_usd / open_usd - 1)) AS mean_return_pct,
  100e0 * count_if(close_usd > open_usd) / count(*) AS rising_pct,
  count(*) AS hours
FROM hourly
GROUP BY coin_id, day_of_week(bucket), hour(bucket)
ORDER BY weekday, hour_of_day
