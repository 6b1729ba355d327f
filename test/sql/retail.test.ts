import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RetailRow, retail } from "../../data/feeds/retail";
import { readRetailFile } from "../../data/feeds/retail-file";
import { assertRows, startLake, type TestLake } from "./support/lake";
import { by, groupBy, last, sum } from "./support/statistics";

const time = (row: RetailRow): string => row.InvoiceDate;
const amount = (row: RetailRow): number => row.Quantity * row.UnitPrice;
const isProduct = (row: RetailRow): boolean => row.UnitPrice > 0 && /^\d{5}/.test(row.StockCode);
const distinct = (values: readonly (string | null)[]): number =>
  new Set(values.filter((value) => value !== null)).size;
const isSale = (row: RetailRow): boolean => !row.InvoiceNo.startsWith("C") && row.Quantity > 0;

async function sample(): Promise<RetailRow[]> {
  const rows: RetailRow[] = [];
  const file = readRetailFile(readFileSync(join(__dirname, "../../data/samples/retail.csv")));
  for await (const { result } of file.lines()) if (result.ok) rows.push(result.row);
  return rows;
}

/** Lines equal in the natural key count once. */
const unique = (rows: readonly RetailRow[]): RetailRow[] => [
  ...new Map(rows.map((row) => [retail.naturalKey.map((name) => row[name]).join("\u0000"), row])).values(),
];

describe("Retail reports", () => {
  let lake: TestLake;
  let all: RetailRow[];
  let lines: RetailRow[];
  before(async () => {
    const stored = await sample();
    all = unique(stored).sort(by(time));
    lines = all.filter(isProduct);
    lake = await startLake();
    await lake.store(retail, stored);
  });
  after(() => lake.stop());

  it("uses sample rows with cancellations, postage and repeated lines", () => {
    assert.ok(lines.length > 150 && lines.length < all.length);
    assert.ok(lines.some((row) => row.Quantity < 0) && all.some((row) => row.StockCode === "POST"));
  });

  it("revenue-by-day: sales, returns and net revenue", async () => {
    const expected = [...groupBy(lines, (row) => time(row).slice(0, 10))].map(([day, own]) => {
      const sales = own.filter(isSale);
      const returned = own.filter((row) => !isSale(row));
      return {
        day,
        orders: distinct(sales.map((row) => row.InvoiceNo)),
        customers: distinct(sales.map((row) => row.CustomerID)),
        units: sum(own.map((row) => row.Quantity)),
        gross_gbp: sum(sales.map(amount)),
        returned_gbp: -sum(returned.map(amount)),
        net_gbp: sum(own.map(amount)),
      };
    });
    assertRows(
      await lake.ask(["revenue-by-day"]),
      expected.map((row) => ({ ...row, returned_gbp: row.returned_gbp + 0 })),
    );
  });

  it("revenue-by-country: net revenue and shares", async () => {
    const whole = sum(lines.map(amount));
    const expected = [...groupBy(lines, (row) => row.Country)]
      .map(([country, own]) => ({
        country,
        orders: distinct(own.filter(isSale).map((row) => row.InvoiceNo)),
        customers: distinct(own.map((row) => row.CustomerID)),
        units: sum(own.map((row) => row.Quantity)),
        net_gbp: sum(own.map(amount)),
        share_pct: (100 * sum(own.map(amount))) / whole,
      }))
      .sort(by((row) => -row.net_gbp));
    assertRows(await lake.ask(["revenue-by-country"]), expected);
  });

  const articles = (own: readonly RetailRow[]) =>
    [...groupBy(own, (row) => row.StockCode)].map(([stock_code, bought]) => ({
      stock_code,
      description: last(bought).Description,
      orders: distinct(bought.filter((row) => row.Quantity > 0).map((row) => row.InvoiceNo)),
      cancelled: distinct(bought.filter((row) => row.Quantity < 0).map((row) => row.InvoiceNo)),
      units: sum(bought.map((row) => row.Quantity)),
      net_gbp: sum(bought.map(amount)),
      sold: sum(bought.map((row) => Math.max(0, row.Quantity))),
      returned: sum(bought.map((row) => Math.max(0, -row.Quantity))),
      returned_gbp: sum(bought.map((row) => Math.max(0, -amount(row)))),
    }));

  it("top-products: by revenue, and by pieces with all rows included", async () => {
    const expected = articles(lines)
      .sort(by((row) => -row.net_gbp))
      .map(({ stock_code, description, orders, units, net_gbp, sold, returned }, place) => ({
        place: place + 1,
        stock_code,
        description,
        orders,
        units,
        net_gbp,
        return_pct: (100 * returned) / sold,
      }));
    assertRows(await lake.ask(["top-products"]), expected);
    const pieces = articles(all.filter((row) => row.UnitPrice > 0 && row.Country === "France")).sort(
      by(
        (row) => -row.units,
        (row) => row.stock_code,
      ),
    );
    const answer = await lake.ask([
      "top-products",
      "--by",
      "units",
      "--articles",
      "all",
      "--country",
      "France",
      "--limit",
      "3",
    ]);
    assert.deepEqual(
      answer.map((row) => [row.stock_code, row.units]),
      pieces.slice(0, 3).map((row) => [row.stock_code, row.units]),
    );
  });

  it("cancellations: returned products", async () => {
    const expected = articles(lines)
      .filter((row) => row.returned > 0)
      .sort(by((row) => -row.returned_gbp))
      .map((row) => ({
        stock_code: row.stock_code,
        description: row.description,
        cancelled_invoices: row.cancelled,
        returned_units: row.returned,
        returned_gbp: row.returned_gbp,
        sold_units: row.sold,
        return_pct: (100 * row.returned) / row.sold,
      }));
    assert.ok(expected.length > 2);
    assertRows(await lake.ask(["cancellations"]), expected);
  });

  it("customer-rfm: scores in fifths", async () => {
    const end = Date.parse("2011-12-10T00:00:00Z");
    const customers = [
      ...groupBy(
        lines.filter((row) => row.CustomerID !== null),
        (row) => row.CustomerID ?? "",
      ),
    ]
      .map(([customer_id, own]) => {
        const sales = own.filter((row) => row.Quantity > 0);
        return {
          customer_id,
          country: last(own).Country,
          lastOrder: sales.map(time).sort().at(-1) ?? "",
          orders: distinct(sales.map((row) => row.InvoiceNo)),
          net_gbp: sum(own.map(amount)),
        };
      })
      .filter((customer) => customer.orders > 0);
    const fifths = (key: (customer: (typeof customers)[number]) => string | number): Map<string, number> => {
      const ordered = [...customers].sort(by(key, (customer) => customer.customer_id));
      const [size, larger] = [Math.floor(ordered.length / 5), ordered.length % 5];
      const sizes = [1, 2, 3, 4, 5].flatMap((score) =>
        Array<number>(size + (score <= larger ? 1 : 0)).fill(score),
      );
      return new Map(ordered.map((customer, at) => [customer.customer_id, sizes[at] ?? 0]));
    };
    const [recency, frequency, money] = [
      fifths((c) => c.lastOrder),
      fifths((c) => c.orders),
      fifths((c) => c.net_gbp),
    ];
    const answer = await lake.ask(["customer-rfm"]);
    const expected = customers
      .map((customer) => ({
        customer_id: customer.customer_id,
        country: customer.country,
        recency_days: Math.floor((end - Date.parse(customer.lastOrder)) / 86_400_000),
        orders: customer.orders,
        net_gbp: customer.net_gbp,
        recency_score: recency.get(customer.customer_id) ?? 0,
        frequency_score: frequency.get(customer.customer_id) ?? 0,
        money_score: money.get(customer.customer_id) ?? 0,
      }))
      .sort(
        by(
          (row) => -(row.recency_score + row.frequency_score + row.money_score),
          (row) => -row.net_gbp,
        ),
      );
    assertRows(
      answer.map(({ segment: _, ...row }) => row),
      expected,
    );
    for (const row of answer)
      assert.equal(
        row.segment === "champions",
        Math.min(...[row.recency_score, row.frequency_score, row.money_score].map(Number)) >= 4,
      );
  });

  it("cohort-retention: returning customers by month", async () => {
    const sales = lines.filter((row) => row.CustomerID !== null && row.Quantity > 0);
    const months = new Map(
      [...groupBy(sales, (row) => row.CustomerID)].map(([id, own]) => [
        id,
        new Set(own.map((row) => time(row).slice(0, 7))),
      ]),
    );
    const number = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
    const first = (own: ReadonlySet<string>) => [...own].sort()[0] ?? "";
    const expected = [...groupBy([...months.values()], first)].flatMap(([cohort, customers]) => {
      const after = [
        ...groupBy(
          customers.flatMap((own) => [...own]),
          (month) => number(month) - number(cohort),
        ),
      ];
      return after.map(([months_after, orders]) => ({
        cohort,
        months_after,
        customers: orders.length,
        cohort_size: customers.length,
        retention_pct: (100 * orders.length) / customers.length,
      }));
    });
    assert.ok(expected.length >= 12, "the sample has cohorts worth looking at");
    assertRows(
      await lake.ask(["cohort-retention"]),
      expected.sort(
        by(
          (row) => row.cohort,
          (row) => row.months_after,
        ),
      ),
    );
  });

  it("basket-pairs: products bought together", async () => {
    const sales = lines.filter(isSale);
    const baskets = [...groupBy(sales, (row) => row.InvoiceNo).values()].map((own) =>
      [...new Set(own.map((row) => row.StockCode))].sort(),
    );
    const single = new Map<string, number>();
    const pairs = new Map<string, number>();
    for (const basket of baskets)
      basket.forEach((a, at) => {
        single.set(a, (single.get(a) ?? 0) + 1);
        for (const b of basket.slice(at + 1)) pairs.set(`${a} ${b}`, (pairs.get(`${a} ${b}`) ?? 0) + 1);
      });
    const expected = [...pairs]
      .map(([key, invoiceCount]) => {
        const [code_a = "", code_b = ""] = key.split(" ");
        const [a, b] = [single.get(code_a) ?? 0, single.get(code_b) ?? 0];
        return {
          code_a,
          code_b,
          invoices: invoiceCount,
          support_pct: (100 * invoiceCount) / baskets.length,
          confidence_pct: (100 * invoiceCount) / Math.min(a, b),
          lift: (invoiceCount * baskets.length) / (a * b),
        };
      })
      .filter((pair) => pair.invoices >= 3)
      .sort(
        by(
          (pair) => -pair.invoices,
          (pair) => -pair.lift,
          (pair) => pair.code_a,
          (pair) => pair.code_b,
        ),
      );
    const answer = await lake.ask(["basket-pairs", "--together", "3"]);
    assertRows(
      answer.map(({ description_a: _a, description_b: _b, ...row }) => row),
      expected,
    );
  });

  it("order-history: invoices, newest first", async () => {
    const expected = [...groupBy(all, (row) => row.InvoiceNo)]
      .map(([invoice_no, own]) => ({
        invoice_no,
        invoice_date: own.map(time).sort()[0] ?? "",
        customer_id: own[0]?.CustomerID ?? null,
        country: own[0]?.Country,
        line_count: own.length,
        units: sum(own.map((row) => row.Quantity)),
        amount_gbp: sum(own.map(amount)),
        kind: invoice_no.startsWith("C") ? "cancellation" : /^\d/.test(invoice_no) ? "sale" : "adjustment",
      }))
      .sort(
        by(
          (row) => row.invoice_date,
          (row) => row.invoice_no,
        ),
      )
      .reverse();
    assertRows(await lake.ask(["order-history", "--limit", "1000"]), expected);
    const one = expected.find((row) => row.customer_id !== null);
    const own = expected.filter((row) => row.customer_id === one?.customer_id);
    assertRows(await lake.ask(["order-history", "--customer", String(one?.customer_id)]), own);
  });
});
