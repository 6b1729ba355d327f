import { stocks } from "../../../data/feeds/stocks";
import { noise, seriesOf, uniform } from "../../../data/market/noise";
import { shares } from "../../../data/samples/shares";
import type { Clock, Source } from "../source";
import { generated } from "./generated";
import { steady } from "./rhythm";

/** Above this rate two ticks of a share could have the same millisecond. */
export const MAX_RATE = 1000;

const MINUTE = 60_000;

/** Endless stock ticks with the fields of the demo data of Firehose's console: no time, upper-case names. */
export function demo(rate: number, seed: number, clock: Clock): Source {
  const rhythm = steady(rate);
  const make = (n: number, at: number) => {
    const share = shareAt(seed, n);
    const [symbol, sector] = shares[share] ?? shares[0];
    const price = priceAt(seed, share, at);
    const before = priceAt(seed, share, rhythm.instantOf(previousTick(seed, n)));
    const value = { TICKER_SYMBOL: symbol, SECTOR: sector, CHANGE: cents(price - before), PRICE: price };
    return { kind: "object", value, at } as const;
  };
  return generated({ feed: stocks, origin: `demo, seed ${seed}, ${rate}/s`, rhythm, clock, make });
}

/** Each round has every share once, in an order of its own. */
function shareAt(seed: number, n: number): number {
  const round = Math.floor(n / shares.length);
  return orderOf(seed, round)[n - round * shares.length] ?? 0;
}

/** Number of the share's tick in the round before. */
function previousTick(seed: number, n: number): number {
  const round = Math.max(1, Math.floor(n / shares.length));
  return (round - 1) * shares.length + orderOf(seed, round - 1).indexOf(shareAt(seed, n));
}

function orderOf(seed: number, round: number): number[] {
  const luck = shares.map((_, share) => uniform(seed + share, round));
  return shares.map((_, share) => share).sort((a, b) => (luck[a] ?? 0) - (luck[b] ?? 0));
}

/** A price that wanders around the share's usual one; a pure function of the time. */
function priceAt(seed: number, share: number, at: number): number {
  const [symbol, , usual] = shares[share] ?? shares[0];
  const series = seriesOf(seed, symbol);
  const moved =
    0.2 * noise(series, at / (720 * MINUTE)) +
    0.05 * noise(series + 1, at / (30 * MINUTE)) +
    0.015 * noise(series + 2, at / MINUTE) +
    0.01 * noise(series + 3, at / 5000);
  return cents(usual * Math.exp(moved));
}

const cents = (dollars: number): number => Math.round(dollars * 100) / 100;
