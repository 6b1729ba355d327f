import { setImmediate as turn } from "node:timers/promises";

const LONGEST_MS = 10;

/**
 * Pauses in work on many rows, so that timers run meanwhile, such as those of a progress line. An object may have 100,000
 * rows. Returns a promise to wait for when the last pause is 10 ms ago, else undefined.
 */
export function turns(now: () => number = () => performance.now()): () => Promise<void> | undefined {
  let last = now();
  return () => {
    if (now() - last < LONGEST_MS) return undefined;
    return turn().then(() => {
      last = now();
    });
  };
}
