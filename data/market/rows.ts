import type { Coin } from "./coins";
import { eightDigits } from "./digits";
import { dayRange, lastTick, priceAt, type RangeOfMarks, volumeAt } from "./prices";

const DAY = 86_400_000;

/** A row of /coins/markets. Fields that need a coin's whole history (records, returns) are null. */
export interface MarketRow {
  readonly id: string;
  readonly symbol: string;
  readonly name: string;
  readonly image: string | null;
  readonly current_price: number | null;
  readonly market_cap: number;
  readonly market_cap_rank: number;
  readonly fully_diluted_valuation: number;
  readonly total_volume: number;
  readonly high_24h: number;
  readonly low_24h: number;
  readonly price_change_24h: number;
  readonly price_change_percentage_24h: number;
  readonly market_cap_change_24h: number;
  readonly market_cap_change_percentage_24h: number;
  readonly circulating_supply: number;
  readonly total_supply: number;
  readonly max_supply: number | null;
  readonly ath: null;
  readonly atl: null;
  readonly roi: null;
  readonly last_updated: string;
}

/** The coin's row at an instant, in a currency of which `rate` units are one dollar. */
export function marketRow(
  coin: Coin,
  instant: number,
  rank: number,
  rate = 1,
  ranges?: RangeOfMarks,
  dollars = priceAt(coin, lastTick(coin, instant)),
): MarketRow {
  const tick = lastTick(coin, instant);
  const before = priceAt(coin, tick - DAY);
  const { high, low } = dayRange(coin, tick, dollars, ranges);
  const changed = Number((((dollars - before) / before) * 100).toFixed(5));
  const price = eightDigits(dollars * rate);
  return {
    id: coin.id,
    symbol: coin.symbol,
    name: coin.name,
    image: null,
    current_price: price,
    market_cap: Math.round(price * coin.supply),
    market_cap_rank: rank,
    fully_diluted_valuation: Math.round(price * coin.supply),
    total_volume: Math.round(volumeAt(coin, tick) * rate),
    high_24h: eightDigits(high * rate),
    low_24h: eightDigits(low * rate),
    price_change_24h: eightDigits((dollars - before) * rate),
    price_change_percentage_24h: changed,
    market_cap_change_24h: Math.round((dollars - before) * rate * coin.supply),
    market_cap_change_percentage_24h: changed,
    circulating_supply: coin.supply,
    total_supply: coin.supply,
    max_supply: null,
    ath: null,
    atl: null,
    roi: null,
    last_updated: new Date(tick).toISOString(),
  };
}
