import { backoffMs, pause } from "../shared/backoff";
import { describe, log } from "../shared/log";
import type { PriceSource } from "./source";

export const PER_PAGE = 250;
const REQUEST_TIMEOUT_MS = 10_000;
const LARGEST_BODY = 8 * 1024 * 1024;

export interface Fetched {
  readonly coins: readonly unknown[];
  readonly requests: number;
  readonly retries: number;
}

/** A reply that another try may better, at the earliest after so long. */
class TryAgain extends Error {
  override readonly name = "TryAgain";
  constructor(
    message: string,
    readonly afterMs = 0,
  ) {
    super(message);
  }
}

/** The largest `count` coins, page by page within the rate; all of them or an error, never a part. */
export async function fetchMarkets(
  source: PriceSource,
  apiKey: string | undefined,
  count: number,
  signal: AbortSignal,
  random: () => number = Math.random,
): Promise<Fetched> {
  const pages = Math.ceil(count / PER_PAGE);
  const headers = {
    accept: "application/json",
    ...(source.keyHeader && apiKey ? { [source.keyHeader]: apiKey } : {}),
  };
  const coins: unknown[] = [];
  let requests = 0;
  let retries = 0;
  for (let page = 1; page <= pages; page++) {
    if (page > 1) await pause(60_000 / source.requestsPerMinute, signal);
    const url = `${source.baseUrl}/api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=${PER_PAGE}&page=${page}`;
    for (let attempt = 1; ; attempt++) {
      requests++;
      try {
        const list = await fetchPage(url, headers, signal);
        coins.push(...list);
        if (list.length < PER_PAGE) page = pages;
        break;
      } catch (error) {
        if (!(error instanceof TryAgain)) throw error;
        retries++;
        log("warn", "price source", { page, attempt, reason: describe(error) });
        await pause(
          Math.max(error.afterMs, backoffMs(attempt + 2, random), 60_000 / source.requestsPerMinute),
          signal,
        );
      }
    }
  }
  return { coins: coins.slice(0, count), requests, retries };
}

async function fetchPage(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<unknown[]> {
  signal.throwIfAborted();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, { headers, redirect: "manual", signal: limit });
    body = await readBody(response);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RangeError) throw error;
    throw new TryAgain(`no whole answer: ${describe(error)}`);
  }
  if (response.status === 429 || response.status >= 500)
    throw new TryAgain(`answered ${response.status}`, retryAfterMs(response.headers.get("retry-after")));
  if (response.status !== 200)
    throw new Error(`price source answered ${response.status}: ${body.slice(0, 200)}`);
  const list = parse(body);
  if (!Array.isArray(list)) throw new TryAgain(`answered 200 with no JSON list: ${body.slice(0, 80)}`);
  return list;
}

async function readBody(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > LARGEST_BODY) throw new RangeError(`price source answered more than ${LARGEST_BODY} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Seconds or a date; the deadline bounds the wait. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : 0;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
