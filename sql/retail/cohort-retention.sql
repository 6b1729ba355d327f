-- name: cohort-retention
-- title: Cohort retention
-- description: How many of the customers who first ordered in a month ordered again in each later month.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, exclusive
-- param: articles enum(products, all) default products | "products" leaves out postage, fees and other codes that are not articles
-- column: cohort varchar | Month of the first order in the window, YYYY-MM
-- column: months_after bigint | Months since the first order; 0 is the month of the first order
-- column: customers bigint | Customers of the cohort who ordered in that month
-- column: cohort_size bigint | Customers of the cohort
-- column: retention_pct double unit % digits 1 | Customers in percent of the cohort
-- key: cohort, months_after, retention_pct
-- chart: heatmap x=months_after y=cohort value=retention_pct
-- note: A first order is the first in the window: customers with earlier orders count as new.
-- note: Left out: lines without a customer, cancellations, and the lines that the other revenue reports leave out.
WITH months AS (
  SELECT customerid, date_trunc('month', invoicedate) AS month
  FROM retail
  WHERE {window}
    AND unitprice > 0
    AND (:articles = 'all' OR regexp_like(stockcode, '^[0-9]{5}'))
    AND customerid IS NOT NULL
    AND quantity > 0
  GROUP BY customerid, date_trunc('month', invoicedate)
),
firsts AS (
  SELECT customerid, month, min(month) OVER (PARTITION BY customerid) AS cohort_month
  FROM months
),
cohorts AS (
  SELECT cohort_month, date_diff('month', cohort_month, month) AS months_after, count(*) AS customers
  FROM firsts
  GROUP BY cohort_month, date_diff('month', cohort_month, month)
),
sized AS (
  SELECT *, max(CASE WHEN months_after = 0 THEN customers END) OVER (PARTITION BY cohort_month) AS cohort_size
  FROM cohorts
)
SELECT
  substr(CAST(CAST(cohort_month AS date) AS varchar), 1, 7) AS cohort,
  months_after,
  customers,
  cohort_size,
  100e0 * customers / cohort_size AS retention_pct
FROM sized
ORDER BY cohort_month, months_after
