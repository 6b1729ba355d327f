import type { StocksRow } from "../feeds/stocks";
import { seeded } from "./random";

const shares = [
  ["QXZ", "HEALTHCARE"],
  ["WMT", "RETAIL"],
  ["TGT", "RETAIL"],
  ["SLW", "ENERGY"],
  ["NFLX", "TECHNOLOGY"],
  ["ALY", "ENERGY"],
  ["DFG", "TECHNOLOGY"],
  ["JKL", "FINANCIAL"],
] as const;

/** Two hours of ticks across midnight. */
export function stocksSample(): Uint8Array {
  const random = seeded(84);
  const prices = new Map<string, number>(shares.map(([symbol]) => [symbol, random.whole(20, 200)]));
  const lines: string[] = [];
  const start = Date.UTC(2026, 2, 31, 23);
  for (let second = 0; second < 7200; second += random.whole(20, 80)) {
    const [ticker_symbol, sector] = random.pick(shares);
    const before = prices.get(ticker_symbol) ?? 0;
    const price = Math.max(1, Math.round((before + random.next() * 4 - 2) * 100) / 100);
    prices.set(ticker_symbol, price);
    const event_time = new Date(start + second * 1000).toISOString();
    const row: StocksRow = {
      ticker_symbol,
      sector,
      change: Math.round((price - before) * 100) / 100,
      price,
      event_time,
    };
    lines.push(`${JSON.stringify(row)}\n`);
  }
  return Buffer.from(lines.join(""));
}
