import { hoursBetween, order, type PartitionHour } from "./range";

/** Objects of each shard in each hour, as `<shard>-<sequence>.csv` names them. */
export class Writes {
  readonly #hours = new Map<string, Map<string, number>>();

  add(at: PartitionHour, key: string): void {
    const shard = key.slice(key.lastIndexOf("/") + 1, key.lastIndexOf("-"));
    const shards = this.#hours.get(order(at)) ?? new Map<string, number>();
    this.#hours.set(order(at), shards.set(shard, (shards.get(shard) ?? 0) + 1));
  }

  /** A poll reaches every shard and makes an object in each: the busiest shard's objects are the hour's polls. */
  polls(at: PartitionHour): number {
    return Math.max(0, ...(this.#hours.get(order(at))?.values() ?? []));
  }
}

export interface ThinHour {
  readonly hour: PartitionHour;
  readonly polls: number;
  readonly usual: number;
}

const HOUR_MS = 3_600_000;
const FEWEST_HOURS = 3;

/**
 * Whole hours that were written less often than most: a sign of missing polls that costs nothing, since the listing
 * is there already. A sign only, for polls that came late together share an object.
 */
export function thinHours(writes: Writes, from: number, until: number): ThinHour[] {
  const whole = hoursBetween(from, until - HOUR_MS + 1)
    .map((hour) => ({ hour, polls: writes.polls(hour) }))
    .filter(({ polls }) => polls > 0);
  if (whole.length < FEWEST_HOURS) return [];
  const counts = whole.map(({ polls }) => polls).sort((a, b) => a - b);
  const usual = counts[Math.floor(counts.length / 2)] ?? 0;
  return whole.filter(({ polls }) => polls < usual).map((hour) => ({ ...hour, usual }));
}
