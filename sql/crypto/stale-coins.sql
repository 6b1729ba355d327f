-- name: stale-coins
-- title: Stale coins
-- description: Coins whose source data no longer changes: repeated polls have the same old last_updated.
-- feed: crypto
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: older duration default 30m min 1m max 52w | Minimum age of last_updated at the coin's newest poll
-- param: limit int default 100 min 1 max 10000 | Rows to show
-- column: coin_id varchar | CoinGecko's id of the coin
-- column: symbol varchar | Ticker symbol
-- column: last_updated timestamp unit UTC | When the source last saw the price change
-- column: newest_poll timestamp unit UTC | The coin's newest poll in the window
-- column: frozen_seconds bigint unit s | Time from last_updated to the newest poll
-- column: frozen_polls bigint | Polls in the window with this last_updated
-- column: price_usd double unit USD | The unchanged price
-- key: coin_id, frozen_seconds
-- chart: bar x=coin_id y=frozen_seconds
-- empty: no coin's data is that old
WITH polls AS (
  SELECT
    coin_id, symbol, price_usd, last_updated, event_time,
    row_number() OVER (PARTITION BY coin_id ORDER BY event_time DESC) AS recency,
    count(*) OVER (PARTITION BY coin_id, last_updated) AS frozen_polls
  FROM crypto
  WHERE {window}
),
frozen AS (
  SELECT coin_id, symbol, last_updated, event_time, frozen_polls, price_usd,
    date_diff('second', last_updated, event_time) AS frozen_seconds
  FROM polls
  WHERE recency = 1
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY frozen_seconds DESC, coin_id) AS place
  FROM frozen
  WHERE frozen_seconds >= :older
)
SELECT coin_id, symbol, last_updated, event_time AS newest_poll, frozen_seconds, frozen_polls, price_usd
FROM placed
WHERE place <= :limit
ORDER BY place
