import type { StocksRow } from "../feeds/stocks";
import { seeded } from "./random";
import { shares } from "./shares";

/** Eight of the shares of the generated ticks that follow in real time, at about the same prices. */
const traded = [shares[0], ...shares.slice(1, 7), shares[8]] as const;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Monday. The sample ends in the night from Friday to Saturday. */
const FIRST_DAY = Date.UTC(2026, 2, 30);

/** Ticks of a week: five sessions from 14:30 to 21:00, and denser trading across midnight after the last one. */
export function stocksSample(): Uint8Array {
  const random = seeded(84);
  const prices = new Map<string, number>(traded.map(([symbol, , usual]) => [symbol, usual]));
  const lines: string[] = [];
  const tick = (at: number) => {
    const [ticker_symbol, sector, usual] = random.pick(traded);
    const before = prices.get(ticker_symbol) ?? usual;
    const pull = 0.02 * Math.log(usual / before);
    const price = Math.round(before * (1 + pull + (random.next() - 0.495) / 40) * 100) / 100;
    prices.set(ticker_symbol, price);
    const row: StocksRow = {
      ticker_symbol,
      sector,
      change: Math.round((price - before) * 100) / 100,
      price,
      event_time: new Date(at).toISOString(),
    };
    lines.push(`${JSON.stringify(row)}\n`);
  };
  const session = (start: number, end: number, longestPause: number) => {
    for (let at = start; at < end; at += random.whole(20, longestPause) * 1000) tick(at);
  };
  for (let day = 0; day < 5; day++) {
    const midnight = FIRST_DAY + day * DAY_MS;
    session(midnight + 870 * MINUTE_MS, midnight + 1260 * MINUTE_MS, 300);
  }
  session(FIRST_DAY + 4 * DAY_MS + 1380 * MINUTE_MS, FIRST_DAY + 5 * DAY_MS + 60 * MINUTE_MS, 80);
  return Buffer.from(lines.join(""));
}
