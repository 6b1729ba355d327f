-- name: coin-history
-- title: Coin history
-- description: Every poll of one coin in the window, oldest first, with the change since the previous poll.
-- feed: crypto
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: coin string default bitcoin | CoinGecko's id of the coin
-- column: event_time timestamp unit UTC | The poll's slot
-- column: price_usd double unit USD | Price of one coin
-- column: change_pct double unit % digits 3 | Change since the previous poll
-- column: market_cap_usd double unit USD digits 0 | Market capitalisation
-- column: volume_24h_usd double unit USD digits 0 | Trading volume over 24 hours
-- column: last_updated timestamp unit UTC | When the source last saw the price change
-- column: origin varchar | "poll", "fallback" for rows of the second source, "collect" for rows between two polls, or "backfill" for rows filled in later
-- key: price_usd, event_time, change_pct
-- chart: line x=event_time y=price_usd
SELECT
  event_time,
  price_usd,
  100e0 * (price_usd / nullif(lag(price_usd) OVER (ORDER BY event_time), 0) - 1) AS change_pct,
  market_cap_usd,
  volume_24h_usd,
  last_updated,
  origin
FROM crypto
WHERE {window}
  AND coin_id = :coin
ORDER BY event_time
