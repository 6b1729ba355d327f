import { csvLine } from "../feeds/csv";
import { type Random, seeded } from "./random";

/** Code, description and usual price. */
export const articles = [
  ["85123A", "WHITE HANGING HEART LANTERN", 2.55],
  ["71053", "METAL STAR LAMP", 3.39],
  ["84406B", 'CUPID "LOVE" COAT RACK', 4.25],
  ["22752", "SET 7 NESTING BOXES, PAINTED", 7.65],
  ["21730", "FROSTED GLASS TEA LIGHT", 1.85],
  ["22633", "HAND WARMER, UNION FLAG", 1.1],
  ["84879", "BIRD ORNAMENT, ASSORTED", 1.69],
  ["22745", "CAFÉ SIGN £1 MENU", 2.1],
  ["48187", "DOORMAT NEW ENGLAND", 7.95],
  ["POST", "POSTAGE", 18],
] as const;

export const countries = [
  "United Kingdom",
  "United Kingdom",
  "United Kingdom",
  "France",
  "Germany",
  "EIRE",
] as const;

interface Customer {
  readonly id: string;
  readonly country: string;
  /** Chance to come back on a trading day after the first purchase. */
  readonly loyalty: number;
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2010, 11, 1);
/** Twenty weeks: December to April. The shop invoices on Wednesdays and Mondays. */
const TRADING_DAYS = Array.from({ length: 20 }, (_, week) => [week * 7, week * 7 + 5]).flat();

/**
 * Invoice lines of five months in which customers join and come back. They have the difficulties of the real file: Latin-1,
 * American dates, cancellations, missing customers and descriptions, quotes and commas, a bad-debt adjustment, a repeated
 * line.
 */
export function retailSample(): Uint8Array {
  const random = seeded(20101201);
  const lines = ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n"];
  const add = (...fields: readonly (string | number)[]) =>
    lines.push(csvLine(fields.map(String)).replace("\n", "\r\n"));
  const customers: Customer[] = [];
  let invoice = 536365;
  const buy = (customer: Customer | undefined, at: Date) => {
    const date = `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
    const cancelled = random.next() < 0.08;
    const country = customer?.country ?? "United Kingdom";
    for (let line = random.whole(1, 5); line > 0; line--) {
      const [code, description, price] = random.pick(articles);
      const quantity = random.whole(1, 24) * (cancelled ? -1 : 1);
      add(
        `${cancelled ? "C" : ""}${invoice}`,
        ...[code, description, quantity, date, price, customer?.id ?? "", country],
      );
    }
    invoice++;
  };
  for (const day of TRADING_DAYS) {
    // More new customers before Christmas, fewer later.
    const joining = day < 21 ? 5 : 2;
    const returning = customers.filter(({ loyalty }) => random.next() < loyalty);
    const joined = Array.from({ length: joining }, () => newCustomer(random, customers.length));
    for (const customer of joined)
      if (!customers.some(({ id }) => id === customer.id)) customers.push(customer);
    const buyers = [...joined, ...returning, ...(random.next() < 0.5 ? [undefined] : [])];
    for (const [i, customer] of buyers.entries()) {
      const minute = 8 * 60 + 26 + Math.floor((i * 480) / buyers.length) + random.whole(0, 9);
      buy(customer, new Date(FIRST_DAY + day * DAY_MS + minute * 60_000));
    }
  }
  add(invoice, "21777", "", -10, "4/18/2011 9:02", 0, "", "United Kingdom");
  add("A563185", "B", "Adjust bad debt", 1, "4/18/2011 9:05", -11062.06, "", "United Kingdom");
  lines.push(lines[1] ?? "");
  return Buffer.from(lines.join(""), "latin1");
}

const newCustomer = (random: Random, number: number): Customer => ({
  id: String(12_346 + number * 47 + random.whole(0, 40)),
  country: random.pick(countries),
  loyalty: random.next() < 0.25 ? 0.25 : 0.05,
});
