import { messageOf, UsageError } from "../../../kit/errors";
import { type Clock, ConnectionLost, type Received, type Source } from "../../source";
import { type Candle, Candles } from "./candles";
import { candles as candleFeed, trades as tradeFeed } from "./contracts";
import { inSequence } from "./in-sequence";
import type { Exchange, Place, Trade } from "./trade";

/** Coins by their id at CoinGecko, with the ticker symbol that exchanges use. */
const symbols: Readonly<Record<string, string>> = {
  bitcoin: "BTC",
  ethereum: "ETH",
  solana: "SOL",
  ripple: "XRP",
  dogecoin: "DOGE",
  cardano: "ADA",
  "avalanche-2": "AVAX",
  chainlink: "LINK",
  litecoin: "LTC",
  polkadot: "DOT",
  "bitcoin-cash": "BCH",
  stellar: "XLM",
};

export const DEFAULT_COINS = "bitcoin,ethereum,solana";

export interface ExchangeOptions {
  /** Ids of coins, with commas. */
  readonly coins: string;
  /** Length of the candles; undefined gives each trade. */
  readonly candleSeconds: number | undefined;
  readonly clock: Clock;
  readonly log: (text: string) => void;
}

/**
 * Trades of an exchange, or candles of them. The cursor has the last trade of each product: a resumed run fetches what was
 * traded since by REST. A candle's cursor is its last trade, so that a run that ends within a candle makes it again.
 */
export function exchangeSource(
  exchange: Exchange,
  { coins, candleSeconds, clock, log }: ExchangeOptions,
): Source {
  const coinOf = new Map(
    coins.split(",").map((coin) => {
      const symbol = Object.hasOwn(symbols, coin) ? symbols[coin] : undefined;
      if (symbol === undefined)
        throw new UsageError(`--coins takes ids of ${Object.keys(symbols).join(", ")}, not "${coin}"`);
      return [exchange.productOf(symbol), coin] as const;
    }),
  );
  const products = [...coinOf.keys()];
  const what = candleSeconds === undefined ? "trades" : `candles of ${candleSeconds} s`;
  const rowOf = ({ product }: { readonly product: string }) => ({
    exchange: exchange.name,
    coin_id: coinOf.get(product) ?? null,
    product,
  });
  return {
    feed: candleSeconds === undefined ? tradeFeed : candleFeed,
    origin: `${exchange.origin}, ${what} of ${coins}`,
    async *read(cursor, signal) {
      const places = placesOf(cursor);
      const sequence = inSequence({ exchange, products, places: new Map(places), signal, log });
      const chunks =
        candleSeconds === undefined
          ? eachTrade(sequence, (trade) => ({ ...rowOf(trade), ...tradeRow(trade) }), places)
          : inCandles(
              sequence,
              1000 * candleSeconds,
              (candle) => ({ ...rowOf(candle), ...candleRow(candle, candleSeconds) }),
              places,
              clock,
              signal,
            );
      yield* chunks;
      throw new ConnectionLost(`${exchange.origin} ended the stream`);
    },
  };
}

type Places = Map<string, Place>;

function placesOf(cursor: string | undefined): Places {
  if (cursor === undefined) return new Map();
  try {
    return new Map(JSON.parse(cursor) as [string, Place][]);
  } catch (error) {
    throw new UsageError(`the saved position is damaged (${messageOf(error)}): begin anew with --restart`);
  }
}

/** Remembers what is given, and writes it as a cursor. */
function reached(places: Places, product: string, { id, at }: Place): string {
  places.set(product, { id, at });
  return JSON.stringify([...places]);
}

async function* eachTrade(
  sequence: AsyncIterable<readonly Trade[]>,
  rowOf: (trade: Trade) => object,
  places: Places,
): AsyncGenerator<Received[]> {
  for await (const trades of sequence)
    yield trades.map((trade) => ({
      kind: "object",
      value: rowOf(trade),
      cursor: reached(places, trade.product, trade),
    }));
}

const tradeRow = ({ id, price, quantity, side, at }: Trade) => ({
  trade_id: id,
  price_usd: price,
  quantity,
  side,
  traded_at: new Date(at).toISOString(),
});

async function* inCandles(
  sequence: AsyncGenerator<readonly Trade[]>,
  intervalMillis: number,
  rowOf: (candle: Candle) => object,
  places: Places,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Received[]> {
  const candles = new Candles(intervalMillis);
  const given = (ended: readonly Candle[]): Received[] =>
    ended.map((candle) => ({
      kind: "object",
      value: rowOf(candle),
      cursor: reached(places, candle.product, candle.last),
    }));
  let next = sequence.next();
  next.catch(() => {});
  try {
    for (;;) {
      const result = await orUntil(next, candles.nextEnd, clock, signal);
      if (result === "due") {
        yield given(candles.ended(clock.now()));
        continue;
      }
      if (result.done) return;
      const ended = result.value.flatMap((trade) => candles.add(trade) ?? []);
      if (ended.length > 0) yield given(ended);
      next = sequence.next();
      next.catch(() => {});
    }
  } finally {
    void sequence.return(undefined).catch(() => {});
  }
}

const candleRow = ({ from, open, high, low, close, volume, trades }: Candle, seconds: number) => ({
  seconds,
  open_usd: open,
  high_usd: high,
  low_usd: low,
  close_usd: close,
  // Sums of decimal fractions have rounding errors in the last digits.
  volume: Number(volume.toPrecision(12)),
  trades,
  begins_at: new Date(from).toISOString(),
});

/** The promise's result, or "due" when an instant comes first. */
async function orUntil<T>(
  promise: Promise<T>,
  instant: number | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<T | "due"> {
  if (instant === undefined) return promise;
  const done = new AbortController();
  const due = clock.until(instant, AbortSignal.any([signal, done.signal])).then(
    () => "due" as const,
    () => promise,
  );
  try {
    return await Promise.race([promise, due]);
  } finally {
    done.abort();
  }
}
