import type { StocksRow } from "../data/feeds/stocks";
import { seeded } from "../data/samples/random";

/** Small events of about 119 bytes, as in a busy feed. */
export function ticks(count: number): StocksRow[] {
  const random = seeded(7);
  const start = Date.UTC(2026, 0, 2, 3);
  return Array.from({ length: count }, (_, i) => ({
    ticker_symbol: `C${random.whole(100, 349)}`,
    sector: "HEALTHCARE",
    change: Math.round((random.next() - 0.5) * 200) / 100,
    price: Math.round(random.next() * 20_000) / 100,
    event_time: new Date(start + i * 3).toISOString(),
  }));
}
