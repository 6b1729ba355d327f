-- name: sector-performance
-- title: Sector performance
-- description: How the shares of each sector changed from their first to their last tick in the window.
-- feed: stocks
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- column: sector varchar | Line of business; "unknown" when the ticks have none
-- column: tickers bigint | Shares with a tick
-- column: ticks bigint | Ticks
-- column: mean_change_pct double unit % digits 2 | Unweighted mean of the shares' changes
-- column: best_ticker varchar | The share that gained most
-- column: best_change_pct double unit % digits 2 | Change of the best share
-- column: worst_ticker varchar | The share that lost most
-- column: worst_change_pct double unit % digits 2 | Change of the worst share
-- key: sector, mean_change_pct
-- note: Ticks of the direct delivery stream are in raw/ only: query stocks_raw for them.
-- chart: bar x=sector y=mean_change_pct
-- note: Shares with a single tick count as unchanged; shares whose first price is zero are left out.
-- note: Of several ticks at one instant, the lowest price is the first and the highest the last.
WITH shares AS (
  SELECT
    ticker_symbol,
    coalesce(max_by(sector, ROW(event_time, coalesce(sector, ''))), 'unknown') AS sector,
    count(*) AS ticks,
    100e0 * (max_by(price, ROW(event_time, price)) - min_by(price, ROW(event_time, price))) / min_by(price, ROW(event_time, price)) AS change_pct
  FROM stocks
  WHERE {window}
    AND price > 0
  GROUP BY ticker_symbol
),
placed AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY sector ORDER BY change_pct DESC, ticker_symbol) AS from_best,
    row_number() OVER (PARTITION BY sector ORDER BY change_pct, ticker_symbol) AS from_worst
  FROM shares
)
SELECT
  sector,
  count(*) AS tickers,
  sum(ticks) AS ticks,
  avg(change_pct) AS mean_change_pct,
  max(CASE WHEN from_best = 1 THEN ticker_symbol END) AS best_ticker,
  max(change_pct) AS best_change_pct,
  max(CASE WHEN from_worst = 1 THEN ticker_symbol END) AS worst_ticker,
  min(change_pct) AS worst_change_pct
FROM placed
GROUP BY sector
ORDER BY mean_change_pct DESC, sector
