-- name: latest-prices
-- title: Latest prices
-- description: The newest row of each coin in the window, largest market capitalisation first.
-- feed: crypto
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: coins list of coin_id default "" | Only these coin ids, separated by commas; empty for all
-- param: limit int default 50 min 1 max 5000 | Rows to show
-- column: market_cap_rank bigint | 1 is the largest market capitalisation
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: symbol varchar | Ticker symbol
-- column: price_usd double unit USD | Price of one coin
-- column: change_24h_pct double unit % digits 2 | Price change over 24 hours, as the source states it
-- column: market_cap_usd double unit USD digits 0 | Market capitalisation
-- column: volume_24h_usd double unit USD digits 0 | Trading volume over 24 hours
-- column: event_time timestamp unit UTC | The poll's slot
-- column: last_updated timestamp unit UTC | When the source last saw the price change
-- key: coin_id, price_usd, change_24h_pct, event_time
-- chart: bar x=coin_id y=change_24h_pct
WITH newest AS (
  SELECT
    coin_id, symbol, price_usd, change_24h_pct, market_cap_rank, market_cap_usd, volume_24h_usd, event_time, last_updated,
    row_number() OVER (PARTITION BY coin_id ORDER BY event_time DESC) AS recency
  FROM crypto
  WHERE {window}
    AND (:coins = '' OR contains(split(:coins, ','), coin_id))
),
ordered AS (
  SELECT *, row_number() OVER (ORDER BY market_cap_rank, market_cap_usd DESC, coin_id) AS place
  FROM newest
  WHERE recency = 1
)
SELECT
  market_cap_rank, coin_id, symbol, price_usd, change_24h_pct, market_cap_usd, volume_24h_usd, event_time, last_updated
FROM ordered
WHERE place <= :limit
ORDER BY place
