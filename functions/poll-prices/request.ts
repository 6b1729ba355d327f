import { backoffMs, pause } from "../shared/backoff";
import { describe } from "../shared/log";
import type { PriceSource } from "./source";

const REQUEST_TIMEOUT_MS = 10_000;
const LARGEST_BODY = 8 * 1024 * 1024;

export interface Requests {
  readonly source: PriceSource;
  readonly apiKey: string | undefined;
  readonly signal: AbortSignal;
  /** Called for each answer that will be retried. */
  readonly onRetry: (attempt: number, reason: string) => void;
  readonly random?: () => number;
  /** Timeout of one request. */
  readonly timeoutMs?: number;
  /** No request is under way or sent after this instant of `performance.now()`; then SourceUnavailable is thrown. */
  readonly until?: number;
}

/** The source cannot be reached, or refuses to serve this client now. Another source may serve it. */
export class SourceUnavailable extends Error {
  override readonly name = "SourceUnavailable";
}

/** A failure that can be retried, not before the given delay. */
class TryAgain extends Error {
  override readonly name = "TryAgain";
  constructor(
    message: string,
    readonly afterMs = 0,
  ) {
    super(message);
  }
}

/**
 * Fetches JSON within the rate limit and retries until `accept` takes it or the signal aborts. `attempts`
 * counts the requests.
 */
export async function requestJson<T>(
  {
    source,
    apiKey,
    signal,
    onRetry,
    random = Math.random,
    timeoutMs = REQUEST_TIMEOUT_MS,
    until = Number.POSITIVE_INFINITY,
  }: Requests,
  path: string,
  accept: (value: unknown) => value is T,
): Promise<{ readonly value: T; readonly attempts: number }> {
  const headers = {
    accept: "application/json",
    ...(source.keyHeader && apiKey ? { [source.keyHeader]: apiKey } : {}),
  };
  for (let attempt = 1; ; attempt++) {
    const timeout = Math.max(1, Math.min(timeoutMs, Math.floor(until - performance.now())));
    try {
      return {
        value: await fetchOnce(`${source.baseUrl}${path}`, headers, signal, timeout, accept),
        attempts: attempt,
      };
    } catch (error) {
      if (!(error instanceof TryAgain)) throw error;
      onRetry(attempt, describe(error));
      const wait = Math.max(error.afterMs, backoffMs(attempt + 2, random), pauseOf(source));
      if (performance.now() + wait >= until)
        throw new SourceUnavailable(`${error.message}, after ${attempt} requests`);
      await pause(wait, signal);
    }
  }
}

/** fetch hides the network's error, such as ENOTFOUND with the host, in the cause of "fetch failed". */
const rootOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error;

/** Minimum delay between two requests. */
export const pauseOf = ({ requestsPerMinute }: PriceSource): number => 60_000 / requestsPerMinute;

async function fetchOnce<T>(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  timeoutMs: number,
  accept: (value: unknown) => value is T,
): Promise<T> {
  signal.throwIfAborted();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const tryAgain = (what: string) => (error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof RangeError) throw error;
    throw new TryAgain(`${what}: ${describe(rootOf(error))}`);
  };
  const response = await fetch(url, { headers, redirect: "manual", signal: limit }).catch(
    tryAgain("no answer"),
  );
  const body = await readBody(response).catch(tryAgain("incomplete response"));
  if (response.status === 429 || response.status >= 500)
    throw new TryAgain(`answered ${response.status}`, retryAfterMs(response.headers.get("retry-after")));
  // 403: blocked by the firewall in front of the API. 451: not served in this country.
  if (response.status === 403 || response.status === 451)
    throw new SourceUnavailable(`price source answered ${response.status}: ${body.slice(0, 200)}`);
  if (response.status !== 200)
    throw new Error(`price source answered ${response.status}: ${body.slice(0, 200)}`);
  const value = parse(body);
  if (!accept(value)) throw new TryAgain(`answered 200 with an unexpected body: ${body.slice(0, 80)}`);
  return value;
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

/** Retry-After in seconds or as a date. The deadline bounds the wait. */
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
