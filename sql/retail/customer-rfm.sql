-- name: customer-rfm
-- title: Customers by recency, frequency, money
-- description: Each customer's days since the last order, number of orders and net revenue, scored in fifths, 5 the best.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, itself not included
-- param: articles enum(products, all) default products | products leaves out postage, fees and other codes that are no article
-- param: limit int default 100 min 1 max 100000 | Rows to show
-- column: customer_id varchar | The customer
-- column: country varchar | Where the customer lives
-- column: recency_days bigint unit d | Whole days from the last order to the window's end
-- column: orders bigint | Invoices that are no cancellation
-- column: net_gbp double unit GBP digits 2 | Sales less cancellations
-- column: recency_score bigint | 5 for the fifth that ordered last
-- column: frequency_score bigint | 5 for the fifth that ordered most often
-- column: money_score bigint | 5 for the fifth that spent most
-- column: segment varchar | champions, loyal, new, at risk, lost, or regular
-- note: Left out: lines without a customer, customers who only returned, and what the other revenue reports leave out.
-- note: Customers that are equal in a figure are told apart by their ids, so a fifth may cut between equals.
WITH customers AS (
  SELECT
    customerid AS customer_id,
    max_by(country, invoicedate) AS country,
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
