import type { Coin } from "./coins";
import { eightDigits } from "./digits";
import { hash, noise, uniform } from "./noise";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Amplitude per time span. It grows with the square root of the span, as in a random walk. */
const scales: readonly (readonly [number, number])[] = [
  MINUTE,
  10 * MINUTE,
  HOUR,
  6 * HOUR,
  DAY,
  7 * DAY,
  45 * DAY,
  300 * DAY,
].map((span) => [span, 0.02 * Math.sqrt(span / DAY)] as const);

const JUMP_EVERY = 2 * DAY;
const JUMP_CHANCE = 0.15;
const JUMP_FADES = 1.5 * DAY;
const JUMPS_FELT = 5;

/**
 * The coin's price in US dollars at an instant, to eight digits. A pure function with constant cost for any
 * instant. A coin follows a common market factor and its own noise. Rare jumps fade over days.
 */
export function priceAt(coin: Coin, instant: number): number {
  const moved = coin.beta * wander(coin.marketSeries, instant) + 0.7 * wander(coin.series, instant);
  const jumped = coin.jumpiness * jumps(coin.series, instant);
  return eightDigits(coin.basePrice * Math.exp(coin.volatility * (moved + jumped)));
}

function wander(series: number, instant: number): number {
  let sum = 0;
  for (let i = 0; i < scales.length; i++) {
    const [span, reach] = scales[i] ?? [1, 0];
    sum += reach * noise(series + i, instant / span);
  }
  return sum;
}

function jumps(series: number, instant: number): number {
  const cell = Math.floor(instant / JUMP_EVERY);
  let sum = 0;
  for (let back = 0; back < JUMPS_FELT; back++) {
    const at = cell - back;
    const luck = hash(series ^ 0x6a756d70, at);
    if (luck / 2 ** 32 >= JUMP_CHANCE) continue;
    const age = instant - (at + uniform(luck, 1)) * JUMP_EVERY;
    if (age < 0) continue;
    const size = 0.05 + 0.25 * uniform(luck, 2);
    sum += (luck & 1 ? size : -size) * Math.exp(-age / JUMP_FADES);
  }
  return sum;
}

/** Time of the coin's last update before the instant: once a minute, at a second that differs per coin. */
export function lastTick(coin: Coin, instant: number): number {
  const phase = (coin.series % 60) * 1000;
  return Math.floor((instant - phase) / MINUTE) * MINUTE + phase;
}

/** Dollars traded in the 24 hours before the instant. */
export function volumeAt(coin: Coin, instant: number): number {
  const appetite = 1 + 0.6 * noise(coin.series ^ 0x766f6c, instant / (8 * HOUR));
  return Math.round(coin.turnover * coin.supply * coin.basePrice * appetite);
}

/** Sampling step for the day's high and low: half an hour. */
const MARK = HOUR / 2;

interface Range {
  readonly high: number;
  readonly low: number;
}

export function dayRange(coin: Coin, tick: number, price: number, ofMarks: RangeOfMarks = markRange): Range {
  const { high, low } = ofMarks(coin, Math.floor(tick / MARK) * MARK);
  return { high: Math.max(high, price), low: Math.min(low, price) };
}

/** High and low over the 24 hours that end at this mark. */
function markRange(coin: Coin, last: number, at = priceAt): Range {
  let high = Number.NEGATIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  for (let mark = last; mark > last - DAY; mark -= MARK) {
    const then = at(coin, mark);
    if (then > high) high = then;
    if (then < low) low = then;
  }
  return { high, low };
}

export type RangeOfMarks = (coin: Coin, last: number) => Range;

/** Memoised `markRange`. */
export function rememberingRanges(): RangeOfMarks {
  const at = rememberingMarks();
  const remembered = new Map<Coin, { readonly last: number; readonly range: Range }>();
  return (coin, last) => {
    const before = remembered.get(coin);
    if (before?.last === last) return before.range;
    const range = markRange(coin, last, at);
    remembered.set(coin, { last, range });
    return range;
  };
}

/** Memoised `priceAt`: keeps the last day's marks of each coin. */
function rememberingMarks(): typeof priceAt {
  const remembered = new Map<string, { marks: Float64Array; prices: Float64Array }>();
  return (coin, instant) => {
    let memory = remembered.get(coin.id);
    if (!memory) {
      memory = { marks: new Float64Array(64).fill(Number.NaN), prices: new Float64Array(64) };
      remembered.set(coin.id, memory);
    }
    const slot = (((instant / MARK) % 64) + 64) % 64;
    if (memory.marks[slot] !== instant) {
      memory.marks[slot] = instant;
      memory.prices[slot] = priceAt(coin, instant);
    }
    return memory.prices[slot] ?? priceAt(coin, instant);
  };
}
