import { validateRow } from "../../data/feeds";
import { type CryptoRow, crypto } from "../../data/feeds/crypto";

/** The answer of CoinGecko's market_chart/range: [millisecond, value] pairs. */
export interface Chart {
  readonly prices: readonly (readonly [number, number])[];
  readonly market_caps: readonly (readonly [number, number])[];
  readonly total_volumes: readonly (readonly [number, number])[];
}

export interface Coin {
  readonly coin_id: string;
  readonly symbol: string;
  readonly name: string;
}

/**
 * Rows for the slots of a gap, each with the last price before it; no row when that price is older than `maxAge`. Values
 * that the chart does not have are null, and origin is "backfill".
 */
export function rowsOf(coin: Coin, chart: Chart, slots: readonly number[], maxAge: number): CryptoRow[] {
  return slots.flatMap((slot) => {
    const price = lastBefore(chart.prices, slot);
    if (!price || slot - price[0] > maxAge) return [];
    const result = validateRow(crypto, {
      ...coin,
      price_usd: price[1],
      market_cap_usd: lastBefore(chart.market_caps, slot)?.[1] ?? null,
      volume_24h_usd: lastBefore(chart.total_volumes, slot)?.[1] ?? null,
      last_updated: new Date(price[0]).toISOString(),
      event_time: new Date(slot).toISOString(),
      origin: "backfill",
    });
    return result.ok ? [result.row] : [];
  });
}

function lastBefore(
  points: readonly (readonly [number, number])[],
  instant: number,
): readonly [number, number] | undefined {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.[0] ?? 0) <= instant) low = middle + 1;
    else high = middle;
  }
  return points[low - 1];
}
