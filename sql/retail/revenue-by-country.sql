-- name: revenue-by-country
-- title: Revenue by country
-- description: Orders, customers and net revenue of each country, with its share of the whole.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, exclusive
-- param: articles enum(products, all) default products | "products" leaves out postage, fees and other codes that are not articles
-- param: limit int default 50 min 1 max 1000 | Rows to show
-- column: country varchar | The customers' country
-- column: orders bigint | Invoices without cancellations
-- column: customers bigint | Distinct known customers
-- column: units bigint | Sold pieces minus returned pieces
-- column: net_gbp double unit GBP digits 2 | Sales minus cancellations
-- column: share_pct double unit % digits 2 | Share of all countries' net revenue
-- key: country, net_gbp, share_pct
-- chart: bar x=country y=net_gbp
-- note: Left out: lines without a positive price (corrections, bad debt), and codes that are not articles (postage, fees) unless --articles all.
-- note: Revenue is net: cancellations count negatively on the day of the cancellation.
WITH countries AS (
  SELECT
    country,
    count(DISTINCT CASE WHEN invoiceno NOT LIKE 'C%' AND quantity > 0 THEN invoiceno END) AS orders,
    count(DISTINCT customerid) AS customers,
    sum(quantity) AS units,
    sum(quantity * unitprice) AS net_gbp
  FROM retail
  WHERE {window}
    AND unitprice > 0
    AND (:articles = 'all' OR regexp_like(stockcode, '^[0-9]{5}'))
  GROUP BY country
),
placed AS (
  SELECT
    *,
    100e0 * net_gbp / nullif(sum(net_gbp) OVER (), 0) AS share_pct,
    row_number() OVER (ORDER BY net_gbp DESC, country) AS place
  FROM countries
)
SELECT country, orders, customers, units, net_gbp, share_pct
FROM placed
WHERE place <= :limit
ORDER BY place
