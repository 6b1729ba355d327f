-- name: cancellations
-- title: Cancellations
-- description: Returned articles: cancelled invoices, pieces and revenue, compared with sales.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, exclusive
-- param: articles enum(products, all) default products | "products" leaves out postage, fees and other codes that are not articles
-- param: limit int default 50 min 1 max 5000 | Rows to show
-- column: stock_code varchar | The article's code
-- column: description varchar | The article's name on its newest invoice
-- column: cancelled_invoices bigint | Cancelled invoices with the article
-- column: returned_units bigint | Returned pieces
-- column: returned_gbp double unit GBP digits 2 | Revenue of the returned pieces
-- column: sold_units bigint | Pieces sold in the window
-- column: return_pct double unit % digits 2 | Returned pieces in percent of sold pieces; empty when none was sold
-- key: description, return_pct
-- chart: bar x=description y=returned_gbp
-- empty: no returned articles in this window
-- note: Left out: lines without a positive price (corrections, bad debt), and codes that are not articles (postage, fees) unless --articles all.
-- note: Cancellations are not matched to their sales, which can be older than the window.
WITH articles AS (
  SELECT
    stockcode AS stock_code,
    max_by(description, ROW(invoicedate, coalesce(description, ''))) AS description,
    count(DISTINCT CASE WHEN quantity < 0 THEN invoiceno END) AS cancelled_invoices,
    sum(CASE WHEN quantity < 0 THEN -quantity ELSE 0 END) AS returned_units,
    sum(CASE WHEN quantity < 0 THEN -quantity * unitprice ELSE 0e0 END) AS returned_gbp,
    sum(CASE WHEN quantity > 0 THEN quantity ELSE 0 END) AS sold_units
  FROM retail
  WHERE {window}
    AND unitprice > 0
    AND (:articles = 'all' OR regexp_like(stockcode, '^[0-9]{5}'))
  GROUP BY stockcode
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY returned_gbp DESC, stock_code) AS place
  FROM articles
  WHERE returned_units > 0
)
SELECT
  stock_code, description, cancelled_invoices, returned_units, returned_gbp, sold_units,
  100e0 * returned_units / nullif(sold_units, 0) AS return_pct
FROM placed
WHERE place <= :limit
ORDER BY place
