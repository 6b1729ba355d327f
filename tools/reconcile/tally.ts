import { csvSerde, type FeedDefinition } from "../../data/feeds";

interface Hour {
  rows: number;
  readonly keys: Set<string>;
}

/** Counts rows, and distinct natural keys, by event hour. */
export class Tally {
  readonly #hours = new Map<string, Hour>();
  /** The hour of the last row: rows of one instant follow each other. */
  #last: { readonly instant: unknown; readonly hour: Hour | undefined } | undefined;

  constructor(readonly feed: FeedDefinition) {}

  add(row: Readonly<Record<string, unknown>>): void {
    const instant = row[this.feed.eventTime];
    if (!this.#last || this.#last.instant !== instant) this.#last = { instant, hour: this.#hourFor(instant) };
    const { hour } = this.#last;
    if (!hour) return;
    hour.rows++;
    // A separator that no value contains.
    let key = "";
    for (const column of this.feed.naturalKey) key += `${row[column]}${csvSerde.escapeChar}`;
    hour.keys.add(key);
  }

  #hourFor(instant: unknown): Hour | undefined {
    const name = hourOf(instant);
    if (name === undefined) return undefined;
    const hour = this.#hours.get(name) ?? { rows: 0, keys: new Set() };
    this.#hours.set(name, hour);
    return hour;
  }

  hours(): string[] {
    return [...this.#hours.keys()].sort();
  }

  rows(hour: string): number {
    return this.#hours.get(hour)?.rows ?? 0;
  }

  distinct(hour: string): number {
    return this.#hours.get(hour)?.keys.size ?? 0;
  }
}

/** "2026-01-02T03" of an instant in the feed's JSON or CSV form; undefined for anything else. */
export function hourOf(eventTime: unknown): string | undefined {
  const match = typeof eventTime === "string" ? /^(\d{4}-\d\d-\d\d)[T ](\d\d):/.exec(eventTime) : null;
  return match ? `${match[1]}T${match[2]}` : undefined;
}
