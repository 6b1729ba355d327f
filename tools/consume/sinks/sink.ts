import type { Event, Item } from "../events";

/** Where events go. Writes are idempotent where the destination allows it: after a failure they are repeated. */
export interface Sink {
  /** Checks and prepares the destination. */
  readonly open: () => Promise<void>;
  /** Resolves when everything is stored. Retries what can be retried. */
  readonly put: (items: readonly Item[]) => Promise<void>;
  /** For the summary: "3 written, 2 already stored". */
  readonly describe: () => string;
  readonly close: () => Promise<void>;
}

export const eventsIn = (items: readonly Item[]): Event[] =>
  items.flatMap((item) => (item.kind === "event" ? [item.event] : []));
