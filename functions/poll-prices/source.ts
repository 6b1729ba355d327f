import { requestsPerMinute } from "../../data/polling";
import type { Env } from "../shared/env";

/** Price sources. The hosts are fixed: configuration can choose one but cannot name another. */
export interface PriceSource {
  readonly baseUrl: string;
  readonly keyHeader: string | undefined;
  readonly requestsPerMinute: number;
}

const published = {
  coingecko: { baseUrl: "https://api.coingecko.com", keyHeader: "x-cg-demo-api-key" },
  "coingecko-pro": { baseUrl: "https://pro-api.coingecko.com", keyHeader: "x-cg-pro-api-key" },
} as const;

const sourceNames = ["coingecko", "coingecko-pro", "sample"] as const;

export function priceSource(env: Env): PriceSource {
  const name = env.oneOf("PRICE_SOURCE", sourceNames);
  const source =
    name === "sample" ? { baseUrl: loopback(env.text("SAMPLE_URL")), keyHeader: undefined } : published[name];
  return {
    ...source,
    requestsPerMinute: env.whole("REQUESTS_PER_MINUTE", 1, 60_000, requestsPerMinute[name]),
  };
}

const fallbackNames = ["none", "coinpaprika"] as const;

/** The source of a poll that the price source refuses. The sample market serves both protocols. */
export function fallbackSource(env: Env): PriceSource | undefined {
  if (env.oneOf("FALLBACK_SOURCE", fallbackNames) === "none") return undefined;
  const isSample = env.text("PRICE_SOURCE") === "sample";
  return {
    baseUrl: isSample ? loopback(env.text("SAMPLE_URL")) : "https://api.coinpaprika.com",
    keyHeader: undefined,
    requestsPerMinute: 60,
  };
}

/** The sample market must be on loopback. */
function loopback(text: string): string {
  const match = /^http:\/\/127\.0\.0\.1:(\d{1,5})\/?$/.exec(text);
  if (!match)
    throw new Error(
      `environment variable SAMPLE_URL is ${JSON.stringify(text)}; it must be http://127.0.0.1:<port>`,
    );
  return `http://127.0.0.1:${match[1]}`;
}
