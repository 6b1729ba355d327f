import type { Row } from "../../data/feeds";
import { type Fact, factsOf, historyMeasures, type Rule } from "./rule";

interface Event {
  readonly at: number;
  readonly row: Row;
}

const MOST_SUBJECTS = 100_000;

/**
 * Recent events per subject, in the container's memory. Adding the same event twice changes nothing, so a
 * batch can be retried. A cold start begins with no history.
 */
export class History {
  readonly #events = new Map<string, Event[]>();
  readonly #touched = new Set<Event[]>();

  constructor(private readonly span: number) {}

  /** Adds the row; returns the subject's earlier events within the span, oldest first. */
  add(subject: string, row: Row, at: number): readonly Event[] {
    if (this.span === 0) return [];
    const events = this.#events.get(subject) ?? [];
    let index = events.length;
    while (index > 0 && (events[index - 1]?.at ?? 0) >= at) index--;
    events.splice(index, events[index]?.at === at ? 1 : 0, { at, row });
    let first = index;
    while (first > 0 && (events[first - 1]?.at ?? 0) >= at - this.span) first--;
    this.#touched.add(events);
    // Re-inserted, so that the first key is the least recently updated subject, which is evicted first.
    this.#events.delete(subject);
    this.#events.set(subject, events);
    if (this.#events.size > MOST_SUBJECTS)
      for (const silent of this.#events.keys()) {
        this.#events.delete(silent);
        break;
      }
    return events.slice(first, index);
  }

  /**
   * Drops events that no later event can refer to. Called only after a batch succeeded: a retried batch must
   * see the same history.
   */
  forgetOld(): void {
    for (const events of this.#touched) {
      const from = (events.at(-1)?.at ?? 0) - this.span;
      const kept = events.findIndex(({ at }) => at >= from);
      events.splice(0, kept);
    }
    this.#touched.clear();
  }
}

/** The longest look-back of all rules. */
export const longestLookBack = (rules: readonly Rule[]): number =>
  Math.max(0, ...rules.flatMap(({ when }) => factsOf(when)).map(({ over }) => over));

/** A measure over the history: the previous value, or the change since the start of the window. */
export function historyMeasure(
  { fact, measure, over }: Fact,
  row: Row,
  at: number,
  before: readonly Event[],
) {
  if (!historyMeasures.has(measure)) return null;
  const within = before.filter((event) => event.at >= at - over);
  const then = (measure === "previous" ? within.at(-1) : within[0])?.row[fact] ?? null;
  if (measure === "previous") return then;
  const now = row[fact];
  if (typeof now !== "number" || typeof then !== "number") return null;
  if (measure === "difference") return now - then;
  return then === 0 ? null : ((now - then) / then) * 100;
}
