import type { Row } from "../../data/feeds";
import { type Fact, factsOf, historyMeasures, type Rule } from "./rule";

export interface Event {
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
  /** Subjects of the rows since forgetOld, with the earliest of them. */
  readonly #touched = new Map<string, number>();

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
    this.#touched.set(subject, Math.min(at, this.#touched.get(subject) ?? at));
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
    for (const subject of this.#touched.keys()) {
      const events = this.#events.get(subject) ?? [];
      const from = (events.at(-1)?.at ?? 0) - this.span;
      const kept = events.findIndex(({ at }) => at >= from);
      events.splice(0, kept);
    }
    this.#touched.clear();
  }

  /** Adds events of the subject's past, oldest first. Those of the same instants stay as they are. */
  remember(subject: string, past: readonly Event[]): void {
    const known = this.#events.get(subject) ?? [];
    const instants = new Set(known.map(({ at }) => at));
    const all = [...past.filter(({ at }) => !instants.has(at)), ...known].sort((a, b) => a.at - b.at);
    this.#events.set(subject, all);
  }

  /** The subject's events that a row since forgetOld, or a later one, can refer to, oldest first. */
  past(subject: string): readonly Event[] {
    const events = this.#events.get(subject) ?? [];
    const from = (this.#touched.get(subject) ?? events.at(-1)?.at ?? 0) - this.span;
    return events.filter(({ at }) => at >= from);
  }

  subjects(): string[] {
    return [...this.#events.keys()];
  }

  clear(): void {
    this.#events.clear();
    this.#touched.clear();
  }
}

/** The longest look-back of all rules. */
export const longestLookBack = (rules: readonly Rule[]): number =>
  Math.max(0, ...rules.flatMap(({ when }) => factsOf(when)).map(({ over }) => over));

/** The columns that rules look back on. */
export const lookBackColumns = (rules: readonly Rule[]): readonly string[] => [
  ...new Set(
    rules
      .flatMap(({ when }) => factsOf(when))
      .filter(({ over }) => over > 0)
      .map(({ fact }) => fact),
  ),
];

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
