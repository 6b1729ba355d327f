-- name: basket-pairs
-- title: Basket pairs
-- description: Articles that are bought together, and how much more often than by chance.
-- feed: retail
-- window: since until
-- param: since time default 2010-12-01 | Start of the window; the UCI file begins here
-- param: until time default 2011-12-10 | End of the window, exclusive
-- param: articles enum(products, all) default products | "products" leaves out postage, fees and other codes that are not articles
-- param: together int default 2 min 1 max 100000 | Minimum number of invoices with both articles
-- param: limit int default 50 min 1 max 5000 | Rows to show
-- column: code_a varchar | First article
-- column: code_b varchar | Second article
-- column: description_a varchar | Name of the first article
-- column: description_b varchar | Name of the second article
-- column: invoices bigint | Invoices with both
-- column: support_pct double unit % digits 3 | Share of all invoices that have both articles
-- column: confidence_pct double unit % digits 1 | Share of the invoices with the rarer article that have both
-- column: lift double digits 2 | How many times more often than if the articles were independent
-- key: description_a, description_b, lift
-- chart: bar x=description_a,description_b y=invoices
-- note: Left out: cancellations, and the lines that the other revenue reports leave out.
-- note: The invoices are read twice, so the scan is twice the window.
WITH items AS (
  SELECT
    invoiceno,
    stockcode,
    max(description) AS description,
    count(*) OVER (PARTITION BY stockcode) AS article_invoices,
    dense_rank() OVER (ORDER BY invoiceno) AS invoice_rank
  FROM retail
  WHERE {window}
    AND unitprice > 0
    AND (:articles = 'all' OR regexp_like(stockcode, '^[0-9]{5}'))
    AND quantity > 0
    AND invoiceno NOT LIKE 'C%'
  GROUP BY invoiceno, stockcode
),
counted AS (
  SELECT *, max(invoice_rank) OVER () AS all_invoices
  FROM items
),
pairs AS (
  SELECT
    a.stockcode AS code_a,
    b.stockcode AS code_b,
    max(a.description) AS description_a,
    max(b.description) AS description_b,
    count(*) AS invoices,
    max(a.article_invoices) AS invoices_a,
    max(b.article_invoices) AS invoices_b,
    max(a.all_invoices) AS all_invoices
  FROM counted a
  JOIN counted b ON b.invoiceno = a.invoiceno AND b.stockcode > a.stockcode
  GROUP BY a.stockcode, b.stockcode
),
placed AS (
  SELECT
    *,
    1e0 * invoices * all_invoices / (invoices_a * invoices_b) AS lift,
    row_number() OVER (
      ORDER BY invoices DESC, 1e0 * invoices * all_invoices / (invoices_a * invoices_b) DESC, code_a, code_b
    ) AS place
  FROM pairs
  WHERE invoices >= :together
)
SELECT
  code_a, code_b, description_a, description_b, invoices,
  100e0 * invoices / all_invoices AS support_pct,
  100e0 * invoices / least(invoices_a, invoices_b) AS confidence_pct,
  lift
FROM placed
WHERE place <= :limit
ORDER BY place
