import { UsageError } from "../../kit/errors";
import { serverUrl } from "../net/server";
import type { Clock, Source } from "../source";
import { bluesky, JETSTREAM } from "./bluesky";
import { MAX_RATE as DEMO_MAX_RATE, demo } from "./demo";
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
  readonly clock: Clock;
  /** Reads a token. Tokens come from the environment, because command lines are visible to all users. */
  readonly environment: (name: string) => string | undefined;
  readonly log: (text: string) => void;
}

export interface SourceKind {
  readonly feed: string;
  readonly description: string;
  /** The options that change what it collects, besides --rate. */
  readonly options: readonly ("seed" | "file" | "server" | "query" | "match")[];
  readonly open: (options: SourceOptions) => Source;
}

const DEFAULT_RATE = 5;

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
    open: ({ server = X_API, query, match, environment }) =>
      matching(x(serverUrl(server, "https:"), environment("X_BEARER_TOKEN"), query), match),
  },
};
