import { UsageError } from "../../kit/errors";
import { serverUrl } from "../net/server";
import type { Clock, Source } from "../source";
import { bluesky, JETSTREAM } from "./bluesky";
import { MAX_RATE as DEMO_MAX_RATE, demo } from "./demo";
import { COINBASE_API, COINBASE_FEED, coinbase } from "./exchange/coinbase";
import { KRAKEN_API, KRAKEN_FEED, kraken } from "./exchange/kraken";
import { DEFAULT_COINS, exchangeSource } from "./exchange/source";
import type { Exchange } from "./exchange/trade";
import { market } from "./market";
import { MASTODON, mastodon } from "./mastodon";
import { matching } from "./matching";
import { sample } from "./sample";
import { shop, shopFile } from "./shop";
import { X_API, x } from "./x";

export interface SourceOptions {
  readonly rate: number | undefined;
  readonly seed: number;
  /** An Online Retail file. */
  readonly file: string | undefined;
  /** Host or URL of the source's server; its public one when undefined. */
  readonly server: string | undefined;
  readonly query: string | undefined;
  /** Only posts that contain one of these words. */
  readonly match: readonly string[];
  /** Ids of coins, with commas. */
  readonly coins: string | undefined;
  /** Length of candles. */
  readonly candles: number | undefined;
  readonly clock: Clock;
  /** Reads a token. Tokens come from the environment, because command lines are visible to all users. */
  readonly environment: (name: string) => string | undefined;
  readonly log: (text: string) => void;
}

export interface SourceKind {
  /** The feed of pricelake that the rows are of, or what they are where no feed has them. */
  readonly feed: string;
  readonly description: string;
  /** The options that change what it collects, besides --rate. */
  readonly options: readonly ("seed" | "file" | "server" | "query" | "match" | "coins" | "candles")[];
  readonly open: (options: SourceOptions) => Source;
}

const DEFAULT_RATE = 5;

/** An exchange's server for trades as they happen; `--server` replaces it, and its REST API with it. */
function exchange(
  name: string,
  make: (feed: URL, api: URL) => Exchange,
  [feedHost, apiHost]: readonly [string, string],
): SourceKind {
  return {
    feed: "trades",
    description: `trades of ${name}, or with --candles their candles; needs --to`,
    options: ["server", "coins", "candles"],
    open: ({ server, coins = DEFAULT_COINS, candles: candleSeconds, clock, log }) => {
      const feed = serverUrl(server ?? feedHost, "wss:");
      const api =
        server === undefined ? new URL(`https://${apiHost}`) : new URL(feed.href.replace(/^ws/, "http"));
      return exchangeSource(make(feed, api), { coins, candleSeconds, clock, log });
    },
  };
}

export const sources: Readonly<Record<string, SourceKind>> = {
  sample: {
    feed: "posts",
    description: "endless generated posts, with bursts, deletions and malformed objects",
    options: ["seed"],
    open: ({ rate = DEFAULT_RATE, seed, clock }) => sample(rate, seed, clock),
  },
  demo: {
    feed: "stocks",
    description: "endless stock ticks, the demo data of Firehose's console",
    options: ["seed"],
    open: ({ rate = DEFAULT_RATE, seed, clock }) => {
      if (rate > DEMO_MAX_RATE)
        throw new UsageError(`--rate of the source demo is at most ${DEMO_MAX_RATE}, not "${rate}"`);
      return demo(rate, seed, clock);
    },
  },
  shop: {
    feed: "retail",
    description: "endless invoice lines of a shop, or with --file those of an Online Retail file",
    options: ["seed", "file"],
    open: ({ rate = DEFAULT_RATE, seed, file, clock }) =>
      file === undefined ? shop(rate, seed, clock) : shopFile(file),
  },
  market: {
    feed: "crypto",
    description: "endless prices of the sample market's largest coins, between two polls",
    options: [],
    open: ({ rate = DEFAULT_RATE, clock }) => market(rate, clock),
  },
  coinbase: exchange("Coinbase", coinbase, [COINBASE_FEED, COINBASE_API]),
  kraken: exchange("Kraken", kraken, [KRAKEN_FEED, KRAKEN_API]),
  bluesky: {
    feed: "posts",
    description: "all posts of Bluesky (Jetstream), or with --match those with a word",
    options: ["server", "match"],
    open: ({ server = JETSTREAM, match }) => matching(bluesky(serverUrl(server, "wss:")), match),
  },
  mastodon: {
    feed: "posts",
    description: "the public timeline of a Mastodon server; token in MASTODON_ACCESS_TOKEN",
    options: ["server", "match"],
    open: ({ server = MASTODON, match, environment, log }) =>
      matching(mastodon(serverUrl(server, "https:"), environment("MASTODON_ACCESS_TOKEN"), log), match),
  },
  x: {
    feed: "posts",
    description:
      "posts of X: a recent search with --query, else your filtered stream; token in X_BEARER_TOKEN",
    options: ["server", "query", "match"],
    open: ({ server = X_API, query, match, environment, log }) =>
      matching(x(serverUrl(server, "https:"), environment("X_BEARER_TOKEN"), query, log), match),
  },
};
