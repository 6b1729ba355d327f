import type { FeedDefinition } from "../../../data/feeds";
import type { Clock, Received, Source } from "../source";
import type { Rhythm } from "./rhythm";

export interface Generator {
  readonly feed: FeedDefinition;
  readonly origin: string;
  readonly rhythm: Rhythm;
  readonly clock: Clock;
  /** Event n, which happens at an instant. A pure function, so that a resent event is the same event. */
  readonly make: (n: number, at: number) => Received;
}

const CHUNK = 1000;
/** Events of a fast generator are handed over this often. */
const TICK_MS = 50;

/** An endless source whose events happen on the clock. Its cursor is the number of the last event. */
export function generated({ feed, origin, rhythm, clock, make }: Generator): Source {
  const event = (n: number): Received => ({ ...make(n, rhythm.instantOf(n)), cursor: String(n) });
  return {
    feed,
    origin,
    paced: true,
    async *read(cursor, signal) {
      // Time in which the collector did not run has no events.
      let n = Math.max(rhythm.firstFrom(clock.now()), cursor === undefined ? 0 : Number(cursor) + 1);
      while (!signal.aborted) {
        const due = rhythm.firstFrom(clock.now() + 1);
        while (n < due) {
          const upTo = Math.min(due, n + CHUNK);
          const chunk: Received[] = [];
          for (; n < upTo; n++) chunk.push(event(n));
          yield chunk;
        }
        await clock.until(Math.max(rhythm.instantOf(n), clock.now() + TICK_MS), signal);
      }
    },
  };
}
