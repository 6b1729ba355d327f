import type { Row } from "../../data/feeds";
import { type Fact, factsOf, pastMeasures, type Rule } from "./rule";

interface Event {
  readonly at: number;
  readonly row: Row;
}

const MOST_SUBJECTS = 100_000;

/**
 * What each subject did of late, in this container's memory. Taking the same event twice changes nothing, so a batch
 * may come again; after a cold start the past begins anew.
 */
export class Past {
  readonly #events = new Map<string, Event[]>();
  readonly #touched = new Set<Event[]>();

  constructor(private readonly span: number) {}

  /** Remembers the row; answers the subject's events before it, as far back as is looked, oldest first. */
  take(subject: string, row: Row, at: number): readonly Event[] {
    if (this.span === 0) return [];
    const events = this.#events.get(subject) ?? [];
    let place = events.length;
    while (place > 0 && (events[place - 1]?.at ?? 0) >= at) place--;
    events.splice(place, events[place]?.at === at ? 1 : 0, { at, row });
    let first = place;
    while (first > 0 && (events[first - 1]?.at ?? 0) >= at - this.span) first--;
    this.#touched.add(events);
    // Re-inserted, so that the subject longest silent is the first to be forgotten.
    this.#events.delete(subject);
    this.#events.set(subject, events);
    if (this.#events.size > MOST_SUBJECTS)
      for (const silent of this.#events.keys()) {
        this.#events.delete(silent);
        break;
      }
    return events.slice(first, place);
  }

  /**
   * Forgets what no later event looks back to. Not before a batch is through: should it come again, its first events
   * have to see what they saw.
   */
  settle(): void {
    for (const events of this.#touched) {
      const from = (events.at(-1)?.at ?? 0) - this.span;
      const kept = events.findIndex(({ at }) => at >= from);
      events.splice(0, kept);
    }
    this.#touched.clear();
  }
}

/** How far back any of the rules looks. */
export const longestLook = (rules: readonly Rule[]): number =>
  Math.max(0, ...rules.flatMap(({ when }) => factsOf(when)).map(({ over }) => over));

/** A measure of the past: the last value before, or how far the value is from where the window began. */
export function pastMeasure({ fact, measure, over }: Fact, row: Row, at: number, before: readonly Event[]) {
  if (!pastMeasures.has(measure)) return null;
  const within = before.filter((event) => event.at >= at - over);
  const then = (measure === "previous" ? within.at(-1) : within[0])?.row[fact] ?? null;
  if (measure === "previous") return then;
  const now = row[fact];
  if (typeof now !== "number" || typeof then !== "number") return null;
  if (measure === "difference") return now - then;
  return then === 0 ? null : ((now - then) / then) * 100;
}
