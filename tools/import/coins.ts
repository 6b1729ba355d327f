import { coinGeckoIds } from "../../data/coinpaprika-ids";
import { knownCoins } from "../../data/market/known-coins";

/** A coin as the contract names it. */
export type Coin = Readonly<Record<"coin_id" | "symbol" | "name", string>>;

const titled = (id: string): string =>
  id.replace(/(?:^|-)(\w)/g, (_, first: string) => ` ${first.toUpperCase()}`).trim();

const coins: readonly Coin[] = [
  ...knownCoins.map(([coin_id, symbol, name]) => ({ coin_id, symbol, name })),
  ...[...coinGeckoIds].map(([coinPaprika, coin_id]) => {
    const [symbol = "", ...words] = coinPaprika.split("-");
    return { coin_id, symbol, name: titled(words.join("-")) };
  }),
];

/** Of coins with one symbol the first one, which is the larger. */
const bySymbol: ReadonlyMap<string, Coin> = new Map([...coins].reverse().map((coin) => [coin.symbol, coin]));
const byId: ReadonlyMap<string, Coin> = new Map([...coins].reverse().map((coin) => [coin.coin_id, coin]));

/** Kraken's names of bitcoin and dogecoin, and the prefixes X and Z in the names of its requests. */
const otherSymbols: Readonly<Record<string, string>> = {
  xbt: "btc",
  xxbt: "btc",
  xdg: "doge",
  xxdg: "doge",
  xeth: "eth",
};

/** Currencies whose prices are taken as dollars. */
export const dollars = ["FDUSD", "USDT", "USDC", "BUSD", "TUSD", "ZUSD", "USD"] as const;
const otherCurrencies = [
  "EUR",
  "GBP",
  "JPY",
  "TRY",
  "BRL",
  "AUD",
  "CAD",
  "CHF",
  "BTC",
  "XBT",
  "ETH",
  "BNB",
  "DAI",
];

export interface Pair {
  readonly base: string;
  /** Undefined when the text is a symbol alone. */
  readonly quote: string | undefined;
}

/** "BTCUSDT", "BTC-USD", "BTC/USD" as base and quote; undefined when it ends with no known currency. */
export function pairOf(text: string): Pair | undefined {
  const upper = text.toUpperCase();
  const [base, quote, ...rest] = upper.split(/[-/_:]/);
  if (base && quote && rest.length === 0 && isCurrency(quote)) return { base, quote };
  if (!/^[A-Z0-9.]+$/.test(upper)) return undefined;
  // BNBUSD ends with BUSD too.
  const pairs = [...dollars, ...otherCurrencies]
    .filter((each) => upper.endsWith(each) && upper.length > each.length)
    .map((each) => ({ base: upper.slice(0, -each.length), quote: each }));
  return pairs.find((pair) => coinOfSymbol(pair.base)) ?? pairs[0];
}

const isCurrency = (text: string): boolean => [...dollars, ...otherCurrencies].some((each) => each === text);

/** Whether prices in a currency are taken as dollars. */
export const isDollar = (quote: string): boolean => dollars.some((each) => each === quote);

/** The pair in the name of a file, such as BTCUSDT-1d-2024-01.csv, XBTUSD_1440.csv or btc-usd-max.csv. */
export function pairInName(file: string): Pair | undefined {
  const words = file.replace(/\.\w+$/, "").split(/[^A-Za-z0-9.]+/);
  for (const [i, word] of words.entries()) {
    const next = words[i + 1]?.toUpperCase();
    if (next !== undefined && isCurrency(next) && coinOfSymbol(word))
      return { base: word.toUpperCase(), quote: next };
    const pair = pairOf(word);
    if (pair && coinOfSymbol(pair.base)) return pair;
  }
  return undefined;
}

export function coinOfSymbol(symbol: string): Coin | undefined {
  const lower = symbol.toLowerCase();
  return bySymbol.get(otherSymbols[lower] ?? lower);
}

export const coinOfId = (id: string): Coin | undefined => byId.get(id);
