-- name: top-products
-- title: Top products
-- description: The articles that sold most, net of returns, by revenue or by pieces.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, itself not included
-- param: articles enum(products, all) default products | products leaves out postage, fees and other codes that are no article
-- param: by enum(revenue, units) default revenue | What decides
-- param: country string default "" | Only this country; empty takes all
-- param: limit int default 20 min 1 max 5000 | Rows to show
-- column: place bigint | 1 sold most
-- column: stock_code varchar | The article
-- column: description varchar | Its name on its newest invoice
-- column: orders bigint | Invoices with it that are no cancellation
-- column: units bigint | Pieces sold less pieces returned
-- column: net_gbp double unit GBP digits 2 | Sales less cancellations
-- column: return_pct double unit % digits 2 | Pieces returned per piece sold
-- chart: bar x=description y=net_gbp
-- note: Left out: lines without a positive price (corrections, bad debt), and codes that are no article (postage, fees) unless --articles all.
-- note: Revenue is net: cancellations count negatively on the day they were made.
WITH articles AS (
  SELECT
    stockcode AS stock_code,
    max_by(description, invoicedate) AS description,
    count(DISTINCT CASE WHEN quantity > 0 THEN invoiceno END) AS orders,
    sum(quantity) AS units,
    sum(quantity * unitprice) AS net_gbp,
    100e0 * sum(CASE WHEN quantity < 0 THEN -quantity ELSE 0 END)
      / nullif(sum(CASE WHEN quantity > 0 THEN quantity ELSE 0 END), 0) AS return_pct
  FROM retail
  WHERE {window}
    AND unitprice > 0
    AND (:articles = 'all' OR regexp_like(stockcode, '^[0-9]{5}'))
    AND (:country = '' OR country = :country)
  GROUP BY stockcode
),
placed AS (
  SELECT
    *,
    row_number() OVER (
      ORDER BY CASE WHEN :by = 'units' THEN CAST(units AS double) ELSE net_gbp END DESC, stock_code
    ) AS place
  FROM articles
)
SELECT place, stock_code, description, orders, units, net_gbp, return_pct
FROM placed
WHERE place <= :limit
ORDER BY place
