import type { FeedDefinition } from "../../data/feeds";
import type { Fields } from "../../data/feeds/contract";
import type { Candle } from "./candle";
import { type Coin, coinOfId, coinOfSymbol, isDollar, pairInName, pairOf } from "./coins";
import { isDaily } from "./intervals";

/** Which prices of a candle become rows. */
export type Prices = "close" | "ohlc";

export interface CandleOptions {
  /** The coin at CoinGecko, or the ticker symbol of a share, of all files. */
  readonly key: string | undefined;
  readonly symbol: string | undefined;
  readonly name: string | undefined;
  readonly prices: Prices;
}

/** Names what a candle's price belongs to; the reason when it is not known. */
type Subject = (candle: Candle) => Fields | string;

interface CandleFeed {
  /** `file`: the name of the file. */
  readonly subject: (file: string, options: CandleOptions) => Subject;
  readonly row: (subject: Fields, candle: Candle, price: number, daily: boolean, time: string) => Fields;
}

const change = ({ open, close }: Candle): number | undefined =>
  open === undefined || open === 0 ? undefined : close - open;

/** The feeds that have prices. */
export const candleFeeds: Readonly<Record<string, CandleFeed>> = {
  crypto: {
    subject: (file, options) => {
      const given = options.key === undefined ? undefined : describedCoin(options.key, options);
      const named = pairInName(file);
      const stem = file.replace(/\.\w+$/, "");
      return ({ others }) => {
        if (given) return given;
        const [id, symbol, pair] = [others.coin_id, others.symbol, others.pair].map((value) =>
          String(value ?? ""),
        );
        if (id !== "" && id !== undefined) return describedCoin(id, { symbol, name: textOf(others.name) });
        const found = pair
          ? pairOf(pair)
          : symbol
            ? (pairOf(symbol) ?? { base: symbol, quote: undefined })
            : named;
        if (!found) return coinOfId(stem) ?? NO_COIN;
        if (found.quote !== undefined && !isDollar(found.quote))
          return `prices are in ${found.quote}, and crypto has prices in US dollars`;
        return (
          coinOfSymbol(found.base) ??
          `the coin of the symbol ${found.base} is not known; add --coin with its id at CoinGecko`
        );
      };
    },
    row: (coin, candle, price, daily, time) => ({
      market_cap_usd: candle.others.market_cap_usd,
      // Figures of 24 hours. Candles of other lengths have none.
      volume_24h_usd: candle.others.volume_24h_usd ?? (daily ? candle.quoteVolume : undefined),
      high_24h_usd: daily ? candle.high : undefined,
      low_24h_usd: daily ? candle.low : undefined,
      change_24h_pct:
        daily && change(candle) !== undefined
          ? (100 * (change(candle) ?? 0)) / (candle.open ?? 1)
          : undefined,
      ...coin,
      price_usd: price,
      last_updated: time,
      event_time: time,
      origin: IMPORT_ORIGIN,
    }),
  },
  stocks: {
    subject: (file, { key }) => {
      const stem = /^[A-Za-z.]{1,6}(?=[-_.])/.exec(file)?.[0].toUpperCase();
      return ({ others }) => {
        const ticker_symbol = key ?? (textOf(others.symbol) || textOf(others.pair) || stem);
        return ticker_symbol
          ? { ticker_symbol, sector: others.sector }
          : "the share is not known; add --ticker";
      };
    },
    row: (share, candle, price, _daily, time) => ({
      ...share,
      price,
      change: change(candle),
      event_time: time,
    }),
  },
};

/** Rows that were not polled: every poll of the same time is preferred to them. */
export const IMPORT_ORIGIN = "backfill";

const NO_COIN = "the coin is not known; add --coin with its id at CoinGecko, for example --coin bitcoin";

const textOf = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

function describedCoin(
  id: string,
  { symbol, name }: { symbol?: string | undefined; name?: string | undefined },
): Coin & Fields {
  const known = coinOfId(id);
  return {
    coin_id: id,
    symbol: (symbol || known?.symbol) ?? id,
    name: (name || known?.name) ?? id,
  };
}

/** The rows of a candle. Its close is the price at its end; with "ohlc" its other prices have times within it. */
export function* rowsOfCandle(
  feed: FeedDefinition,
  subject: Fields,
  candle: Candle,
  interval: number,
  prices: Prices,
): Generator<Fields> {
  const { row } = candleFeeds[feed.name] ?? {};
  if (!row) return;
  const { time, open, high, low, close } = candle;
  const end = candle.end ?? time + Math.max(0, interval - 1);
  const daily = isDaily(interval);
  const at = (price: number, milliseconds: number) =>
    row(subject, candle, price, daily, new Date(milliseconds).toISOString());
  if (prices === "ohlc" && open !== undefined && high !== undefined && low !== undefined) {
    const third = Math.floor((end - time) / 3);
    yield at(open, time);
    yield at(low, time + third);
    yield at(high, time + 2 * third);
  }
  yield at(close, end);
}
