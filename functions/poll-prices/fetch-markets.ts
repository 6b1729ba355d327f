import { COINS_PER_PAGE } from "../../data/polling";
import { pause } from "../shared/backoff";
import { log } from "../shared/log";
import { pauseOf, requestJson } from "./request";
import type { PriceSource } from "./source";

export interface Fetched {
  readonly coins: readonly unknown[];
  readonly requests: number;
  readonly retries: number;
}

const pagesOf = (count: number): number => Math.ceil(count / COINS_PER_PAGE);

const pausesOf = (source: PriceSource, count: number): number => (pagesOf(count) - 1) * pauseOf(source);

/** Throws if the rate-limit pauses alone exceed the time left. */
export function assertInTime(source: PriceSource, count: number, remainingMs: number): void {
  const pauses = pausesOf(source, count);
  if (pauses >= remainingMs)
    throw new Error(
      `environment variable COINS is ${count}; at ${source.requestsPerMinute} requests a minute its ${pagesOf(count)} pages take ${Math.ceil(pauses / 1000)} s, longer than a poll may`,
    );
}

const FALLBACK_MS = 15_000;

/** Time of a poll that is left to the fallback source: at most half of what the pauses between pages leave. */
export const fallbackTime = (source: PriceSource, count: number, remainingMs: number): number =>
  Math.min(FALLBACK_MS, (remainingMs - pausesOf(source, count)) / 2);

/** The largest `count` coins, page by page. Throws unless all pages arrive; never returns a part. */
export async function fetchMarkets(
  source: PriceSource,
  apiKey: string | undefined,
  count: number,
  signal: AbortSignal,
  until = Number.POSITIVE_INFINITY,
  random: () => number = Math.random,
): Promise<Fetched> {
  const pages = pagesOf(count);
  const coins: unknown[] = [];
  let requests = 0;
  let retries = 0;
  for (let page = 1; page <= pages; page++) {
    if (page > 1) await pause(pauseOf(source), signal);
    const onRetry = (attempt: number, reason: string) =>
      log("warn", "price source", { page, attempt, reason });
    const { value: list, attempts } = await requestJson(
      { source, apiKey, signal, onRetry, until, random },
      `/api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=${COINS_PER_PAGE}&page=${page}`,
      isList,
    );
    requests += attempts;
    retries += attempts - 1;
    coins.push(...list);
    if (list.length < COINS_PER_PAGE) break;
  }
  return { coins: coins.slice(0, count), requests, retries };
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
