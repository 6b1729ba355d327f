import { UsageError } from "../../kit/errors";
import type { Clock, Source } from "../source";
import { MAX_RATE as DEMO_MAX_RATE, demo } from "./demo";
import { sample } from "./sample";
import { shop, shopFile } from "./shop";

export interface SourceOptions {
  readonly rate: number | undefined;
  readonly seed: number;
  /** An Online Retail file. */
  readonly file: string | undefined;
  readonly clock: Clock;
}

export interface SourceKind {
  readonly feed: string;
  readonly description: string;
  /** The options that change what it collects, besides --rate. */
  readonly options: readonly (keyof SourceOptions)[];
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
};
