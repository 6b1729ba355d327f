-- name: customer-rfm
-- title: Customers by recency, frequency, money
-- description: Each customer's days since the last order, number of orders and net revenue, each scored from 1 to 5 (best).
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, exclusive
-- param: articles enum(products, all) default products | "products" leaves out postage, fees and other codes that are not articles
-- param: limit int default 100 min 1 max 100000 | Rows to show
-- column: customer_id varchar | The customer's id
-- column: country varchar | The customer's country
-- column: recency_days bigint unit d | Whole days from the last order to the window's end
-- column: orders bigint | Invoices without cancellations
-- column: net_gbp double unit GBP digits 2 | Sales minus cancellations
-- column: recency_score bigint | 5 for the fifth of customers with the latest orders
-- column: frequency_score bigint | 5 for the fifth of customers with the most orders
-- column: money_score bigint | 5 for the fifth of customers who spent most
-- column: segment varchar | "champions", "loyal", "new", "at risk", "lost" or "regular"
-- key: customer_id, net_gbp, segment
-- note: Left out: lines without a customer, customers with returns only, and the lines that the other revenue reports leave out.
-- note: Customers with equal figures are ordered by id, so that equal customers can have different scores.
WITH customers AS (
  SELECT
    customerid AS customer_id,
    max_by(country, ROW(invoicedate, country)) AS country,
    max(CASE WHEN quantity > 0 THEN invoicedate END) AS last_order,
    count(DISTINCT CASE WHEN quantity > 0 THEN invoiceno END) AS orders,
    sum(quantity * unitprice) AS net_gbp
  FROM retail
  WHERE {window}
    AND unitprice > 0
    AND (:articles = 'all' OR regexp_like(stockcode, '^[0-9]{5}'))
    AND customerid IS NOT NULL
  GROUP BY customerid
),
scored AS (
  SELECT
    customer_id, country, orders, net_gbp,
    date_diff('day', last_order, :until) AS recency_days,
    ntile(5) OVER (ORDER BY last_order, customer_id) AS recency_score,
    ntile(5) OVER (ORDER BY orders, customer_id) AS frequency_score,
    ntile(5) OVER (ORDER BY net_gbp, customer_id) AS money_score
  FROM customers
  WHERE orders > 0
),
placed AS (
  SELECT
    *,
    CASE
      WHEN recency_score >= 4 AND frequency_score >= 4 AND money_score >= 4 THEN 'champions'
      WHEN recency_score >= 3 AND frequency_score >= 4 THEN 'loyal'
      WHEN recency_score >= 4 AND orders = 1 THEN 'new'
      WHEN recency_score <= 2 AND frequency_score >= 3 THEN 'at risk'
      WHEN recency_score = 1 THEN 'lost'
      ELSE 'regular'
    END AS segment,
    row_number() OVER (
      ORDER BY recency_score + frequency_score + money_score DESC, net_gbp DESC, customer_id
    ) AS place
  FROM scored
)
SELECT
  customer_id, country, recency_days, orders, net_gbp, recency_score, frequency_score, money_score, segment
FROM placed
WHERE place <= :limit
ORDER BY place
