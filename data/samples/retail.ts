import { csvLine } from "../feeds/csv";
import { seeded } from "./random";

const articles = [
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

const countries = [
  "United Kingdom",
  "United Kingdom",
  "United Kingdom",
  "France",
  "Germany",
  "EIRE",
] as const;

/**
 * Invoice lines with the difficulties of the real file: Latin-1, American dates, cancellations, missing
 * customers and descriptions, quotes and commas, a bad-debt adjustment, a repeated line.
 */
export function retailSample(): Uint8Array {
  const random = seeded(20101201);
  const lines = ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n"];
  const add = (...fields: readonly (string | number)[]) =>
    lines.push(csvLine(fields.map(String)).replace("\n", "\r\n"));
  let invoice = 536365;
  for (let minute = 0; invoice < 536410; minute += random.whole(3, 110)) {
    const at = new Date(Date.UTC(2010, 11, 1, 8, 26) + minute * 60_000);
    const date = `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
    const customer = random.next() < 0.25 ? "" : String(random.whole(12_346, 18_287));
    const country = random.pick(countries);
    const cancelled = random.next() < 0.1;
    for (let line = random.whole(1, 6); line > 0; line--) {
      const [code, description, price] = random.pick(articles);
      const quantity = random.whole(1, 24) * (cancelled ? -1 : 1);
      add(`${cancelled ? "C" : ""}${invoice}`, code, description, quantity, date, price, customer, country);
    }
    invoice++;
  }
  add(536410, "21777", "", -10, "12/13/2010 9:02", 0, "", "United Kingdom");
  add("A536411", "B", "Adjust bad debt", 1, "12/13/2010 9:05", -11062.06, "", "United Kingdom");
  lines.push(lines[1] ?? "");
  return Buffer.from(lines.join(""), "latin1");
}
