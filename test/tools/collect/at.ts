import type { Clock, Received, Source } from "../../../tools/collect/source";

/** A clock that jumps to the instant that is waited for. */
export function jumpingClock(start: number): Clock {
  let instant = start;
  return {
    now: () => instant,
    until: async (at, signal) => {
      signal.throwIfAborted();
      instant = Math.max(instant, at);
    },
  };
}

/** The first events of a source. */
export async function firstOf(source: Source, count: number, cursor?: string): Promise<Received[]> {
  const found: Received[] = [];
  for await (const chunk of source.read(cursor, new AbortController().signal)) {
    found.push(...chunk);
    if (found.length >= count) break;
  }
  return found.slice(0, count);
}
