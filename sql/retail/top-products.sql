-- name: top-products
-- title: Top products
-- description: The best-selling articles, net of returns, by revenue or by pieces.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, exclusive
-- param: articles enum(products, all) default products | "products" leaves out postage, fees and other codes that are not articles
-- param: by enum(revenue, units) default revenue | The figure to rank by
-- param: country string default "" | Only this country; empty for all
-- param: limit int default 20 min 1 max 5000 | Rows to show
-- column: place bigint | 1 sold most
-- column: stock_code varchar | The article's code
-- column: description varchar | The article's name on its newest invoice
-- column: orders bigint | Invoices with the article, without cancellations
-- column: units bigint | Sold pieces minus returned pieces
-- column: net_gbp double unit GBP digits 2 | Sales minus cancellations
-- column: return_pct double unit % digits 2 | Returned pieces in percent of sold pieces
-- key: description, net_gbp
-- chart: bar x=description y=net_gbp
-- note: Left out: lines without a positive price (corrections, bad debt), and codes that are not articles (postage, fees) unless --articles all.
-- note: Revenue is net: cancellations count negatively on the day of the cancellation.
WITH articles AS (
  SELECT
    stockcode AS stock_code,
    max_by(description, ROW(invoicedate, coalesce(description, ''))) AS description,
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
