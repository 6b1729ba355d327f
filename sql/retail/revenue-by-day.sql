-- name: revenue-by-day
-- title: Revenue by day
-- description: Orders, pieces and revenue of every day with an invoice, net of cancellations.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, exclusive
-- param: articles enum(products, all) default products | "products" leaves out postage, fees and other codes that are not articles
-- param: country string default "" | Only this country; empty for all
-- column: day date | Day, UTC
-- column: orders bigint | Invoices without cancellations
-- column: customers bigint | Distinct known customers with such an invoice
-- column: units bigint | Sold pieces minus returned pieces
-- column: gross_gbp double unit GBP digits 2 | Revenue of sales
-- column: returned_gbp double unit GBP digits 2 | Cancelled revenue, as a positive number
-- column: net_gbp double unit GBP digits 2 | Sales minus cancellations
-- key: day, net_gbp
-- chart: line x=day y=net_gbp
-- note: Left out: lines without a positive price (corrections, bad debt), and codes that are not articles (postage, fees) unless --articles all.
-- note: Revenue is net: cancellations count negatively on the day of the cancellation.
-- note: Days without an invoice have no row.
WITH lines AS (
  SELECT
    CAST(invoicedate AS date) AS day,
    invoiceno, customerid, quantity,
    quantity * unitprice AS amount,
    invoiceno LIKE 'C%' OR quantity < 0 AS returned
  FROM retail
  WHERE {window}
    AND unitprice > 0
    AND (:articles = 'all' OR regexp_like(stockcode, '^[0-9]{5}'))
    AND (:country = '' OR country = :country)
)
SELECT
  day,
  count(DISTINCT CASE WHEN NOT returned THEN invoiceno END) AS orders,
  count(DISTINCT CASE WHEN NOT returned THEN customerid END) AS customers,
  sum(quantity) AS units,
  sum(CASE WHEN returned THEN 0e0 ELSE amount END) AS gross_gbp,
  sum(CASE WHEN returned THEN -amount ELSE 0e0 END) AS returned_gbp,
  sum(amount) AS net_gbp
FROM lines
GROUP BY day
ORDER BY day
