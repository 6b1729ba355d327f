-- name: dominance
-- title: Dominance
-- description: The largest coins' shares of the total market capitalisation over time; all other coins together as "others".
-- feed: crypto
-- window: since until
-- param: since time default 48h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: interval duration default 1h min 1m max 30d | One point per interval, aligned to 1970-01-01 UTC
-- param: top int default 5 min 1 max 50 | Number of coins shown separately, largest last market capitalisation first
-- column: bucket timestamp unit UTC | Start of the interval; capitalisations are the last of each coin in it
-- column: coin_id varchar | CoinGecko's id of the coin, or "others"
-- column: market_cap_usd double unit USD digits 0 | Market capitalisation
-- column: share_pct double unit % digits 2 | Share of all coins of the same interval
-- key: coin_id, share_pct, bucket
-- chart: line x=bucket y=share_pct series=coin_id
-- note: The total covers the coins of the feed that have a market capitalisation, not the whole market.
WITH caps AS (
  SELECT
    coin_id, event_time, market_cap_usd,
    date_add(
      'second',
      date_diff('second', TIMESTAMP '1970-01-01 00:00:00', event_time) / :interval * :interval,
      TIMESTAMP '1970-01-01 00:00:00.000'
    ) AS bucket
  FROM crypto
  WHERE {window}
    AND market_cap_usd IS NOT NULL
),
closes AS (
  SELECT coin_id, bucket, max_by(market_cap_usd, event_time) AS market_cap_usd
  FROM caps
  GROUP BY coin_id, bucket
),
lasts AS (
  SELECT *, sum(market_cap_usd) OVER (PARTITION BY bucket) AS whole_usd
  FROM closes
),
sized AS (
  SELECT *, first_value(market_cap_usd) OVER (PARTITION BY coin_id ORDER BY bucket DESC) AS last_cap_usd
  FROM lasts
),
ranked AS (
  SELECT *, dense_rank() OVER (ORDER BY last_cap_usd DESC, coin_id) AS place
  FROM sized
),
shares AS (
  SELECT
    bucket,
    CASE WHEN place <= :top THEN coin_id ELSE 'others' END AS coin_id,
    CASE WHEN place <= :top THEN place ELSE :top + 1 END AS place,
    market_cap_usd,
    whole_usd
  FROM ranked
)
SELECT
  bucket,
  coin_id,
  sum(market_cap_usd) AS market_cap_usd,
  100e0 * sum(market_cap_usd) / max(whole_usd) AS share_pct
FROM shares
WHERE whole_usd > 0
GROUP BY bucket, coin_id, place
ORDER BY bucket, place
