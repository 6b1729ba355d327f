import type { Row } from "../../data/feeds";
import { type Fact, factsOf, historyMeasures, type Rule } from "./rule";

export interface Event {
  readonly at: number;
  readonly row: Row;
  /** How the look-back saves it, once it was saved. */
  text?: string | undefined;
}

/** Events of each look-back that are kept per subject, once there are twice as many. */
export const KEPT_PER_LOOK_BACK = 120;
/** About 100 MB, when each subject has one event. */
const MOST_EVENTS = 500_000;

/**
 * Recent events per subject, in the container's memory: their times and the columns that rules look back on. Adding the
 * same event twice changes nothing, so a batch can be retried. A cold start begins with no history.
 */
export class History {
  readonly #events = new Map<string, Event[]>();
  /** Subjects of the rows since forgetOld, with the earliest of them. */
  readonly #touched = new Map<string, number>();
  readonly #span: number;
  #size = 0;

  constructor(
    private readonly spans: readonly number[],
    private readonly columns: readonly string[],
    private readonly most = MOST_EVENTS,
  ) {
    this.#span = Math.max(0, ...spans);
  }

  /** Adds the row; returns the subject's earlier events within the span, oldest first. */
  add(subject: string, row: Row, at: number): readonly Event[] {
    if (this.#span === 0) return [];
    const events = this.#events.get(subject) ?? [];
    let index = events.length;
    while (index > 0 && (events[index - 1]?.at ?? 0) >= at) index--;
    const isKnown = events[index]?.at === at;
    events.splice(index, isKnown ? 1 : 0, { at, row: this.#project(row), text: undefined });
    if (!isKnown) this.#size++;
    let first = index;
    while (first > 0 && (events[first - 1]?.at ?? 0) >= at - this.#span) first--;
    this.#touched.set(subject, Math.min(at, this.#touched.get(subject) ?? at));
    // Re-inserted, so that the first key is the least recently updated subject, which is evicted first.
    this.#events.delete(subject);
    this.#events.set(subject, events);
    if (this.#size > this.most) this.#evict(subject);
    return events.slice(first, index);
  }

  /**
   * Drops events that no later event can refer to, and thins those of busy subjects. Called only after a batch succeeded:
   * a retried batch must see the same history.
   */
  forgetOld(): void {
    for (const subject of this.#touched.keys()) {
      const events = this.#events.get(subject) ?? [];
      const newest = events.at(-1)?.at ?? 0;
      const from = events.findIndex(({ at }) => at >= newest - this.#span);
      const kept = events.slice(Math.max(0, from));
      this.#replace(
        subject,
        kept.length > 2 * KEPT_PER_LOOK_BACK * this.spans.length
          ? thin(kept, newest, this.spans, KEPT_PER_LOOK_BACK)
          : kept,
      );
    }
    this.#touched.clear();
  }

  /** Adds events of the subject's past, oldest first. Those of the same instants stay as they are. */
  remember(subject: string, past: readonly Event[]): void {
    const known = this.#events.get(subject);
    if (!known) {
      this.#replace(subject, [...past]);
      return;
    }
    const instants = new Set(known.map(({ at }) => at));
    const all = [...past.filter(({ at }) => !instants.has(at)), ...known].sort((a, b) => a.at - b.at);
    this.#replace(subject, all);
  }

  /** The subject's events that a row since forgetOld, or a later one, can refer to, oldest first. */
  past(subject: string): readonly Event[] {
    const events = this.#events.get(subject) ?? [];
    const from = this.earliest(subject) - this.#span;
    return events.filter(({ at }) => at >= from);
  }

  /** The time of the subject's earliest row since forgetOld, or of its newest event. */
  earliest(subject: string): number {
    return this.#touched.get(subject) ?? this.#events.get(subject)?.at(-1)?.at ?? 0;
  }

  subjects(): string[] {
    return [...this.#events.keys()];
  }

  clear(): void {
    this.#events.clear();
    this.#touched.clear();
    this.#size = 0;
  }

  #project(row: Row): Row {
    return Object.fromEntries(this.columns.map((column) => [column, row[column] ?? null])) as Row;
  }

  #replace(subject: string, events: Event[]): void {
    this.#size += events.length - (this.#events.get(subject)?.length ?? 0);
    this.#events.set(subject, events);
  }

  /** Forgets the subjects that were updated least recently, except this one. */
  #evict(except: string): void {
    for (const [subject, events] of this.#events) {
      if (this.#size <= this.most || subject === except) return;
      this.#events.delete(subject);
      this.#touched.delete(subject);
      this.#size -= events.length;
    }
  }
}

/**
 * The first event of each part of every look-back from `from` on, and the newest event. A rule then finds the
 * beginning of its window with an error of one part at most.
 */
export function thin(
  events: readonly Event[],
  from: number,
  spans: readonly number[],
  parts: number,
): Event[] {
  const kept = events.map((_, i) => i === events.length - 1);
  for (const span of spans) {
    let last = Number.NaN;
    for (const [i, { at }] of events.entries()) {
      if (at < from - span) continue;
      const part = Math.floor((at * parts) / span);
      if (part !== last) kept[i] = true;
      last = part;
    }
  }
  return events.filter((_, i) => kept[i]);
}

/** The different look-backs of the rules. */
export const lookBacks = (rules: readonly Rule[]): readonly number[] => [
  ...new Set(
    rules
      .flatMap(({ when }) => factsOf(when))
      .map(({ over }) => over)
      .filter((over) => over > 0),
  ),
];

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
