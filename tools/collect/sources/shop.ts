import { readFileSync } from "node:fs";
import { retail } from "../../../data/feeds/retail";
import { readRetailFile } from "../../../data/feeds/retail-file";
import { hash, uniform } from "../../../data/market/noise";
import { type Random, seeded } from "../../../data/samples/random";
import { articles, countries } from "../../../data/samples/retail";
import { messageOf, UsageError } from "../../kit/errors";
import type { Clock, Received, Source } from "../source";
import { generated } from "./generated";
import { steady } from "./rhythm";

const CUSTOMERS = 300;
/** Lines of so many events form whole invoices. */
const BLOCK = 12;
const LONGEST_INVOICE = 5;
const MINUTE = 60_000;

/** Endless invoice lines of an online shop, in the form of the Online Retail file. */
export function shop(rate: number, seed: number, clock: Clock): Source {
  const rhythm = steady(rate);
  const make = (n: number): Received => {
    const first = firstLineOf(seed, n);
    // As in the file, an invoice has one time, in whole minutes.
    const at = Math.floor(rhythm.instantOf(first) / MINUTE) * MINUTE;
    return { kind: "object", value: lineOf(seed, first, n - first, at) };
  };
  return generated({ feed: retail, origin: `shop, seed ${seed}, ${rate}/s`, rhythm, clock, make });
}

/** The first line of the invoice that line n belongs to. */
function firstLineOf(seed: number, n: number): number {
  const block = Math.floor(n / BLOCK);
  const random = seeded(hash(seed, block));
  for (let first = block * BLOCK; ; ) {
    const next = Math.min(first + random.whole(1, LONGEST_INVOICE), (block + 1) * BLOCK);
    if (n < next) return first;
    first = next;
  }
}

function lineOf(seed: number, invoice: number, line: number, at: number): object {
  const random = seeded(hash(seed ^ 0x73686f70, invoice));
  const cancelled = random.next() < 0.06;
  // A quarter of the purchases have no customer; regular customers buy most of the rest.
  const customer = random.next() < 0.25 ? undefined : Math.floor(CUSTOMERS * random.next() ** 2);
  const firstArticle = random.whole(0, articles.length - 1);
  // An article occurs once in an invoice.
  const [code, description, price] = articles[(firstArticle + line) % articles.length] ?? articles[0];
  return {
    InvoiceNo: `${cancelled ? "C" : ""}${invoice}`,
    StockCode: code,
    Description: description,
    Quantity: quantityOf(seeded(hash(invoice, line)), cancelled),
    InvoiceDate: new Date(at).toISOString(),
    UnitPrice: price,
    CustomerID: customer === undefined ? "" : String(12_346 + customer * 19),
    Country: customer === undefined ? countries[0] : countryOf(seed, customer),
  };
}

const quantityOf = (random: Random, cancelled: boolean): number =>
  (random.next() < 0.1 ? random.whole(24, 96) : random.whole(1, 12)) * (cancelled ? -1 : 1);

const countryOf = (seed: number, customer: number): string =>
  countries[Math.floor(uniform(seed, customer) * countries.length)] ?? countries[0];

const LINES_AT_ONCE = 500;

/** The lines of an Online Retail file, in its order. Its cursor is the line number; the source ends with the file. */
export function shopFile(path: string): Source {
  const file = open(path);
  return {
    feed: retail,
    origin: path,
    describeCursor: (cursor) => `line ${cursor} of ${path}`,
    async *read(cursor) {
      const last = Number(cursor ?? 0);
      let chunk: Received[] = [];
      for (const { number, text, result } of file.lines()) {
        if (number <= last) continue;
        const value = result.ok ? result.row : text;
        chunk.push({ kind: "object", value, cursor: String(number) });
        if (chunk.length < LINES_AT_ONCE) continue;
        yield chunk;
        chunk = [];
      }
      if (chunk.length > 0) yield chunk;
    },
  };
}

function open(path: string) {
  try {
    return readRetailFile(readFileSync(path));
  } catch (error) {
    throw new UsageError(`--file ${path}: ${messageOf(error)}`);
  }
}
