import type { Place, Trade } from "./trade";

/** The trades of a product in an interval. */
export interface Candle {
  readonly product: string;
  /** Begin of the interval, in milliseconds. */
  readonly from: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
  /** The last trade. */
  readonly last: Place;
}

/** A candle is given this long after its end, when the trades of its end have arrived. */
const GRACE_MS = 2000;

/** Makes candles of trades that come in the order of each product. An interval without trades has no candle. */
export class Candles {
  readonly #open = new Map<string, Candle>();

  constructor(private readonly intervalMillis: number) {}

  /** Adds a trade; the candle that ends by it, if any. */
  add({ product, id, price, quantity, at }: Trade): Candle | undefined {
    const from = Math.floor(at / this.intervalMillis) * this.intervalMillis;
    const before = this.#open.get(product);
    // A trade with a slightly earlier time than the one before belongs to the same candle.
    const same = before && from <= before.from ? before : undefined;
    this.#open.set(product, {
      product,
      from: same?.from ?? from,
      open: same?.open ?? price,
      high: Math.max(same?.high ?? price, price),
      low: Math.min(same?.low ?? price, price),
      close: price,
      volume: (same?.volume ?? 0) + quantity,
      trades: (same?.trades ?? 0) + 1,
      last: { id, at: Math.max(at, same?.last.at ?? 0) },
    });
    return same ? undefined : before;
  }

  /** Removes and returns the candles whose interval is over. */
  ended(now: number): Candle[] {
    const ended = [...this.#open.values()].filter(({ from }) => from + this.intervalMillis + GRACE_MS <= now);
    for (const { product } of ended) this.#open.delete(product);
    return ended;
  }

  /** When the next open candle is over; undefined without one. */
  get nextEnd(): number | undefined {
    const ends = [...this.#open.values()].map(({ from }) => from + this.intervalMillis + GRACE_MS);
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }
}
