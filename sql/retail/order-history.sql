-- name: order-history
-- title: Order history
-- description: Single invoices, newest first; optionally of one customer, or one invoice.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, exclusive
-- param: customer string of customer_id default "" | Only this customer's invoices; empty for all
-- param: invoice string of invoice_no default "" | Only this invoice; empty for all
-- param: limit int default 100 min 1 max 100000 | Rows to show
-- column: invoice_no varchar | The invoice's number; a C before the digits marks a cancellation
-- column: invoice_date timestamp unit UTC | When the invoice was issued
-- column: customer_id varchar | The customer's id; empty when unknown
-- column: country varchar | The customer's country
-- column: line_count bigint | Lines of the invoice
-- column: units bigint | Pieces; negative for returns
-- column: amount_gbp double unit GBP digits 2 | Sum of the lines, negative on cancellations
-- column: kind varchar | "sale", "cancellation", or "adjustment" (a number that begins with another letter)
-- key: invoice_no, amount_gbp, invoice_date
-- note: All lines are included, even postage and corrections.
WITH invoices AS (
  SELECT
    invoiceno AS invoice_no,
    min(invoicedate) AS invoice_date,
    max(customerid) AS customer_id,
    max(country) AS country,
    count(*) AS line_count,
    sum(quantity) AS units,
    sum(quantity * unitprice) AS amount_gbp
  FROM retail
  WHERE {window}
    AND (:customer = '' OR customerid = :customer)
    AND (:invoice = '' OR invoiceno = :invoice)
  GROUP BY invoiceno
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY invoice_date DESC, invoice_no DESC) AS place
  FROM invoices
)
SELECT
  invoice_no, invoice_date, customer_id, country, line_count, units, amount_gbp,
  CASE
    WHEN invoice_no LIKE 'C%' THEN 'cancellation'
    WHEN regexp_like(invoice_no, '^[0-9]') THEN 'sale'
    ELSE 'adjustment'
  END AS kind
FROM placed
WHERE place <= :limit
ORDER BY place
