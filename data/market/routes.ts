import { coinGeckoIds } from "../coinpaprika-ids";
import type { Coin } from "./coins";
import { eightDigits } from "./digits";
import { type MarketFault, strikeRows } from "./faults";
import { lastTick, priceAt, rememberingRanges, volumeAt } from "./prices";
import { type MarketRow, marketRow } from "./rows";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** An error answer with the API's status and message. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export type Route = (
  query: URLSearchParams,
  now: number,
  faults: readonly MarketFault[],
  id: string,
) => unknown;

/** The supported part of CoinGecko's API by path, and CoinPaprika's tickers. `:id` stands for a coin's id. */
export function marketRoutes(coins: readonly Coin[]): Readonly<Record<string, Route>> {
  const byId = new Map(coins.map((coin) => [coin.id, coin]));
  const ranges = rememberingRanges();
  const coinOf = (id: string): Coin => byId.get(id) ?? fail(404, "coin not found");
  const rateOf = (currency: string | null, instant: number): number => {
    const fixed = dollarRates[currency ?? ""];
    if (fixed !== undefined) return fixed;
    const unit = coins.find((coin) => coin.symbol === currency && ["btc", "eth"].includes(coin.symbol));
    return unit ? 1 / priceAt(unit, lastTick(unit, instant)) : fail(422, "invalid vs_currency");
  };

  return {
    "/ping": () => ({ gecko_says: "(V3) To the Moon!" }),
    "/coins/list": () => coins.map(({ id, symbol, name }) => ({ id, symbol, name })),
    "/coins/markets": (query, now, faults) => {
      const rate = rateOf(query.get("vs_currency"), now);
      const wanted = query.get("ids")?.split(",");
      const ranked = rank(coins, now).filter(({ coin }) => !wanted || wanted.includes(coin.id));
      const perPage = whole(query, "per_page", 100, 1, 250);
      const page = whole(query, "page", 1, 1, 1_000_000);
      const order = query.get("order") ?? "market_cap_desc";
      const compare = orders[order] ?? fail(422, `invalid order ${order}`);
      const rows = ranked
        .sort((a, b) => compare(a, b) || a.rank - b.rank)
        .slice((page - 1) * perPage, page * perPage)
        .map(({ coin, rank, dollars }) => marketRow(coin, now, rank, rate, ranges, dollars));
      return strikeRows(rows, faults);
    },
    "/v1/tickers": (query, now, faults) => {
      const rows = rank(coins, now)
        .slice(0, whole(query, "limit", coins.length, 1, 1_000_000))
        .map(({ coin, rank, dollars }) => marketRow(coin, now, rank, 1, ranges, dollars));
      return strikeRows(rows, faults).map(tickerOf);
    },
    "/simple/price": (query, now, faults) => {
      const currencies = (query.get("vs_currencies") ?? fail(422, "Missing parameter vs_currencies")).split(
        ",",
      );
      const found = (query.get("ids") ?? fail(422, "Missing parameter ids"))
        .split(",")
        .flatMap((id) => byId.get(id) ?? []);
      const rows = strikeRows(
        found.map((coin) => marketRow(coin, now, 0, 1, ranges)),
        faults,
      );
      return Object.fromEntries(
        rows.map((row) => [row.id, simplePrice(row, query, currencies, (currency) => rateOf(currency, now))]),
      );
    },
    "/coins/:id/market_chart/range": (query, now, _faults, id) => {
      const from = whole(query, "from", Number.NaN, 0, 1e11) * 1000;
      const to = whole(query, "to", Number.NaN, 0, 1e11) * 1000;
      return chart(coinOf(id), from, Math.min(to, now), (at) => rateOf(query.get("vs_currency"), at));
    },
    "/coins/:id/market_chart": (query, now, _faults, id) => {
      const days = whole(query, "days", Number.NaN, 1, 3650);
      return chart(coinOf(id), now - days * DAY, now, (at) => rateOf(query.get("vs_currency"), at));
    },
  };
}

const dollarRates: Readonly<Record<string, number>> = { usd: 1, eur: 0.92, gbp: 0.79, jpy: 155, chf: 0.88 };

interface Ranked {
  readonly coin: Coin;
  readonly rank: number;
  readonly dollars: number;
  readonly cap: number;
}

function rank(coins: readonly Coin[], now: number): Ranked[] {
  return coins
    .map((coin) => {
      const dollars = priceAt(coin, lastTick(coin, now));
      return { coin, dollars, cap: dollars * coin.supply };
    })
    .sort((a, b) => b.cap - a.cap)
    .map(({ coin, dollars, cap }, index) => ({ coin, dollars, cap, rank: index + 1 }));
}

const orders: Readonly<Record<string, (a: Ranked, b: Ranked) => number>> = {
  market_cap_desc: (a, b) => b.cap - a.cap,
  market_cap_asc: (a, b) => a.cap - b.cap,
  volume_desc: (a, b) => b.coin.turnover * b.cap - a.coin.turnover * a.cap,
  volume_asc: (a, b) => a.coin.turnover * a.cap - b.coin.turnover * b.cap,
  id_asc: (a, b) => (a.coin.id < b.coin.id ? -1 : 1),
  id_desc: (a, b) => (a.coin.id < b.coin.id ? 1 : -1),
};

const coinPaprikaIds = new Map([...coinGeckoIds].map(([coinPaprika, coinGecko]) => [coinGecko, coinPaprika]));

/** A row of CoinPaprika's /v1/tickers. */
const tickerOf = (row: MarketRow) => ({
  id: coinPaprikaIds.get(row.id) ?? `${row.symbol}-${row.id}`,
  name: row.name,
  symbol: row.symbol.toUpperCase(),
  rank: row.market_cap_rank,
  total_supply: row.total_supply,
  max_supply: row.max_supply ?? 0,
  last_updated: `${row.last_updated.slice(0, 19)}Z`,
  quotes: {
    USD: {
      price: row.current_price,
      volume_24h: row.total_volume,
      market_cap: row.market_cap,
      percent_change_24h: row.price_change_percentage_24h,
    },
  },
});

function simplePrice(
  row: MarketRow,
  query: URLSearchParams,
  currencies: readonly string[],
  rateOf: (currency: string) => number,
): Record<string, number | null> {
  const includes = (name: string) => query.get(`include_${name}`) === "true";
  const answer: Record<string, number | null> = {};
  for (const currency of currencies) {
    const rate = rateOf(currency);
    answer[currency] = row.current_price === null ? null : eightDigits(row.current_price * rate);
    if (includes("market_cap")) answer[`${currency}_market_cap`] = row.market_cap * rate;
    if (includes("24hr_vol")) answer[`${currency}_24h_vol`] = row.total_volume * rate;
    if (includes("24hr_change")) answer[`${currency}_24h_change`] = row.price_change_percentage_24h;
  }
  if (includes("last_updated_at")) answer.last_updated_at = Math.floor(Date.parse(row.last_updated) / 1000);
  return answer;
}

/** Resolution as the API chooses it: 5 minutes up to a day, hourly up to 90 days, daily beyond. */
function chart(coin: Coin, from: number, to: number, rateAt: (instant: number) => number) {
  const step = to - from <= DAY ? 5 * 60_000 : to - from <= 90 * DAY ? HOUR : DAY;
  const prices: [number, number][] = [];
  const market_caps: [number, number][] = [];
  const total_volumes: [number, number][] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const rate = rateAt(at);
    const price = eightDigits(priceAt(coin, at) * rate);
    prices.push([at, price]);
    market_caps.push([at, Math.round(price * coin.supply)]);
    total_volumes.push([at, Math.round(volumeAt(coin, at) * rate)]);
  }
  return { prices, market_caps, total_volumes };
}

function whole(query: URLSearchParams, name: string, fallback: number, min: number, max: number): number {
  const text = query.get(name);
  const value = text === null ? fallback : Number(text);
  return Number.isInteger(value) && value >= min && value <= max
    ? value
    : fail(422, `${name} must be a whole number from ${min} to ${max}`);
}

function fail(status: number, message: string): never {
  throw new ApiError(status, message);
}
