import { feeds } from "../../data/feeds";
import { names } from "../../data/names";
import { realTime } from "../collect/clock";
import { cursorFile } from "../collect/cursor";
import { streamDestination } from "../collect/destinations/streams";
import { collect } from "../collect/runner";
import { sources } from "../collect/sources";
import type { Connection } from "../kit/connect";

/**
 * Sources that keep the feeds alive, and their events a second. Prices are polled every five minutes; those of the largest
 * coins are also collected in between, twice a minute.
 */
const living: Readonly<Record<string, number>> = { sample: 1, demo: 2, shop: 0.5 };
const sampleMarket: Readonly<Record<string, number>> = { market: 1 / 3 };
const SEED = 1;
/** Longer than in `npm run collect`: each write invokes the functions. */
const FLUSH_MS = 5000;

/**
 * Collects generated events into the feeds' streams until the signal aborts. Resolves when the last ones are sent. Generated
 * prices go only where the polled ones come from the sample market too.
 */
export async function keepFeedsAlive(
  connection: Connection,
  env: string,
  dir: string,
  signal: AbortSignal,
  log: (text: string) => void,
  withSampleMarket: boolean,
): Promise<void> {
  const kinds = withSampleMarket ? { ...living, ...sampleMarket } : living;
  await Promise.all(
    Object.entries(kinds).map(async ([name, rate]) => {
      const kind = sources[name];
      const feed = feeds[kind?.feed ?? ""];
      if (!kind || !feed) return;
      const source = kind.open({
        ...{ rate, seed: SEED, file: undefined, server: undefined, query: undefined, match: [] },
        ...{ coins: undefined, candles: undefined },
        ...{ clock: realTime, environment: () => undefined, log },
      });
      const stream = names(env).stream(feed.name);
      const destination = await streamDestination("kinesis", stream, connection, () => {});
      try {
        await collect({
          ...{ source, destination, clock: realTime, signal, log, follow: true, flushMillis: FLUSH_MS },
          cursor: cursorFile(dir, name, [source.origin, destination.name, env]),
          limit: Number.POSITIVE_INFINITY,
        });
      } finally {
        await destination.close();
      }
    }),
  );
}
