-- name: cancellations
-- title: Cancellations
-- description: The articles that came back: cancelled invoices, pieces and money, against what was sold.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, itself not included
-- param: articles enum(products, all) default products | products leaves out postage, fees and other codes that are no article
-- param: limit int default 50 min 1 max 5000 | Rows to show
-- column: stock_code varchar | The article
-- column: description varchar | Its name on its newest invoice
-- column: cancelled_invoices bigint | Cancellations with it
-- column: returned_units bigint | Pieces that came back
-- column: returned_gbp double unit GBP digits 2 | What they had cost
-- column: sold_units bigint | Pieces sold in the window
-- column: return_pct double unit % digits 2 | Pieces returned per piece sold; empty when none was sold
-- chart: bar x=description y=returned_gbp
-- empty: nothing came back in this window
-- note: Left out: lines without a positive price (corrections, bad debt), and codes that are no article (postage, fees) unless --articles all.
-- note: A cancellation is not matched to its sale, which may lie before the window.
WITH articles AS (
  SELECT
    stockcode AS stock_code,
    max_by(description, invoicedate) AS description,
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
