import { coinGeckoIds } from "../../data/coinpaprika-ids";
import { log } from "../shared/log";
import type { Fetched } from "./fetch-markets";
import { type Requests, requestJson } from "./request";

/**
 * CoinPaprika as the fallback source. It has a free API without a key, one request brings all coins, and its tickers
 * carry rank, volume, market capitalisation and the time of each coin's last update. CoinLore, the other free API
 * without a key, has no such time and serves 100 coins a request. The free plan allows 20,000 requests a month and
 * non-commercial use: https://docs.coinpaprika.com/api-reference/rest-api/introduction
 */
export async function fetchTickers(
  request: Pick<Requests, "source" | "signal">,
  count: number,
  known: KnownCoins,
): Promise<Fetched & { readonly unmapped: number }> {
  const onRetry = (attempt: number, reason: string) => log("warn", "fallback source", { attempt, reason });
  const { value: tickers, attempts } = await requestJson(
    { ...request, apiKey: undefined, onRetry },
    `/v1/tickers?quotes=USD&limit=${count}`,
    isNotEmpty,
  );
  const largest = tickers.slice(0, count);
  const coins = largest.flatMap((ticker) => coinOf(ticker, known) ?? []);
  return { coins, requests: attempts, retries: attempts - 1, unmapped: largest.length - coins.length };
}

const isNotEmpty = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0;

/** Symbols of coins that CoinGecko has listed, by CoinGecko's id. */
export class KnownCoins {
  readonly #symbols = new Map<string, string>();

  add(coins: readonly unknown[]): void {
    for (const coin of coins) {
      const { id, symbol } = fieldsOf(coin);
      if (typeof id === "string" && typeof symbol === "string") this.#symbols.set(id, symbol.toLowerCase());
    }
  }

  /**
   * CoinGecko's id of a CoinPaprika coin: from the table, or the slug after the symbol in CoinPaprika's id when
   * CoinGecko has listed a coin with this very id and symbol. Otherwise undefined, because a wrong id would mix the
   * prices of two coins.
   */
  idOf(coinPaprikaId: string, symbol: string): string | undefined {
    const listed = coinGeckoIds.get(coinPaprikaId);
    if (listed !== undefined) return listed;
    const prefix = `${symbol.toLowerCase()}-`;
    if (!coinPaprikaId.startsWith(prefix)) return undefined;
    const slug = coinPaprikaId.slice(prefix.length);
    return this.#symbols.get(slug) === symbol.toLowerCase() ? slug : undefined;
  }
}

/** A ticker in the form of CoinGecko's markets list; undefined for a coin without a certain CoinGecko id. */
function coinOf(ticker: unknown, known: KnownCoins): Record<string, unknown> | undefined {
  const { id, symbol, name, rank, last_updated, circulating_supply, quotes } = fieldsOf(ticker);
  if (typeof id !== "string" || typeof symbol !== "string") return undefined;
  const coinId = known.idOf(id, symbol);
  if (coinId === undefined) return undefined;
  const usd = fieldsOf(fieldsOf(quotes).USD);
  return {
    id: coinId,
    symbol: symbol.toLowerCase(),
    name,
    current_price: usd.price,
    market_cap: usd.market_cap ?? null,
    // 0 stands for a coin without a rank.
    market_cap_rank: rank || null,
    total_volume: usd.volume_24h ?? null,
    high_24h: null,
    low_24h: null,
    price_change_percentage_24h: usd.percent_change_24h ?? null,
    circulating_supply: circulating_supply ?? null,
    last_updated,
  };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
