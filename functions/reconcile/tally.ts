import { csvSerde, type FeedDefinition } from "../../data/feeds";
import { HashSet } from "./hash-set";

/** An event time that no producer sends. It stands for a missing one. */
export const NO_TIME = "1970-01-01T00:00:00.001Z";

type AnyRow = Readonly<Record<string, unknown>>;

interface Hour {
  rows: number;
  readonly keys: HashSet;
}

const NO_KEYS = new HashSet();

/** Counts rows and collects distinct natural keys, by event hour. Rows from JSON and from the lake's CSV have equal keys. */
export class Tally {
  readonly #hours = new Map<string, Hour>();
  /** The hour of the last row: rows of one instant follow each other. */
  #last: { readonly instant: unknown; readonly hour: Hour | undefined } | undefined;
  readonly #key: readonly { readonly column: string; readonly isTime: boolean }[];

  constructor(private readonly feed: FeedDefinition) {
    this.#key = feed.naturalKey.map((column) => ({
      column,
      isTime: feed.columns[column]?.type === "timestamp",
    }));
  }

  add(row: AnyRow): void {
    const instant = row[this.feed.eventTime];
    if (!this.#last || this.#last.instant !== instant) this.#last = { instant, hour: this.#hourFor(instant) };
    const { hour } = this.#last;
    if (!hour) return;
    hour.rows++;
    // A separator that no value contains.
    let key = "";
    for (const { column, isTime } of this.#key) {
      const value = String(row[column] ?? "");
      key += `${isTime ? value.replace("T", " ").replace("Z", "") : value}${csvSerde.escapeChar}`;
    }
    hour.keys.add(key);
  }

  #hourFor(instant: unknown): Hour | undefined {
    const name = hourOf(instant);
    if (name === undefined) return undefined;
    const hour = this.#hours.get(name) ?? { rows: 0, keys: new HashSet() };
    this.#hours.set(name, hour);
    return hour;
  }

  hours(): string[] {
    return [...this.#hours.keys()].sort();
  }

  rows(hour: string): number {
    return this.#hours.get(hour)?.rows ?? 0;
  }

  #keys(hour: string): HashSet {
    return this.#hours.get(hour)?.keys ?? NO_KEYS;
  }

  distinct(hour: string): number {
    return this.#keys(hour).size;
  }

  /** Keys of the hour that none of the other tallies has. */
  without(hour: string, ...others: readonly Tally[]): number {
    return this.#keys(hour).without(others.map((other) => other.#keys(hour)));
  }
}

/** "2026-01-02T03" of an instant in the feed's JSON or CSV form; undefined for anything else. */
export function hourOf(eventTime: unknown): string | undefined {
  const match = typeof eventTime === "string" ? /^(\d{4}-\d\d-\d\d)[T ](\d\d):/.exec(eventTime) : null;
  return match ? `${match[1]}T${match[2]}` : undefined;
}

/** Counts rows without an event time by their content: raw/ has the line as it was sent, without the time of arrival. */
export class Undated {
  readonly #rows = new HashSet(true);
  total = 0;

  constructor(private readonly feed: FeedDefinition) {}

  add(row: AnyRow): void {
    this.#rows.add(JSON.stringify({ ...row, [this.feed.eventTime]: null }));
    this.total++;
  }

  /** Rows that occur less often in the other count. */
  missingIn(other: Undated): number {
    return this.#rows.moreThan(other.#rows);
  }
}
