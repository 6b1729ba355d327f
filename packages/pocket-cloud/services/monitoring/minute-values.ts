const MINUTE = 60_000;
const DAY = 86_400_000;
const MINUTES_OF_DAY = DAY / MINUTE;
/** A packed value: its minute of the day, itself, and how often it occurred. */
const FIELDS = 3;
const MIN_CAPACITY = 8;

interface Day {
  packed: Float64Array;
  /** Number of values. */
  size: number;
}

export type MinuteValue = readonly [minute: number, value: number, count: number];

/**
 * The values of a metric by minute. Only the minute that is written to is a map. All others are packed by day: a program
 * that runs for weeks has millions of minutes, and a map takes ten times the memory of a packed value.
 */
export class MinuteValues {
  readonly #days = new Map<number, Day>();
  #minute = Number.NaN;
  #counts = new Map<number, number>();

  /** Returns whether the value is new in its minute. */
  add(minute: number, value: number, count: number): boolean {
    if (minute !== this.#minute) this.#open(minute);
    const before = this.#counts.get(value);
    this.#counts.set(value, (before ?? 0) + count);
    return before === undefined;
  }

  /** The values of minutes in [start, end); those of a minute follow each other. */
  *between(start: number, end: number): Generator<MinuteValue> {
    for (const [day, { packed, size }] of this.#days) {
      const from = lowerBound(packed, size, (start - day) / MINUTE) * FIELDS;
      const to = lowerBound(packed, size, (end - day) / MINUTE) * FIELDS;
      for (let at = from; at < to; at += FIELDS)
        yield [day + (packed[at] ?? 0) * MINUTE, packed[at + 1] ?? 0, packed[at + 2] ?? 0];
    }
    if (this.#minute >= start && this.#minute < end)
      for (const [value, count] of this.#counts) yield [this.#minute, value, count];
  }

  /** Drops the days that end before `time`. Returns the number of their values. */
  dropBefore(time: number): number {
    let dropped = 0;
    for (const [day, { size }] of this.#days) {
      if (day + DAY > time) continue;
      this.#days.delete(day);
      dropped += size;
    }
    return dropped;
  }

  /** Packs the open minute, and opens another one. */
  #open(minute: number): void {
    if (this.#counts.size > 0) this.#pack();
    this.#minute = minute;
    this.#counts = new Map();
    const begin = Math.floor(minute / DAY) * DAY;
    const day = this.#days.get(begin);
    if (!day) return;
    const from = lowerBound(day.packed, day.size, (minute - begin) / MINUTE);
    const to = lowerBound(day.packed, day.size, (minute - begin) / MINUTE + 1);
    for (let at = from; at < to; at++)
      this.#counts.set(day.packed[at * FIELDS + 1] ?? 0, day.packed[at * FIELDS + 2] ?? 0);
    day.packed.copyWithin(from * FIELDS, to * FIELDS, day.size * FIELDS);
    day.size -= to - from;
  }

  #pack(): void {
    const begin = Math.floor(this.#minute / DAY) * DAY;
    const minute = (this.#minute - begin) / MINUTE;
    const day = this.#days.get(begin) ?? { packed: new Float64Array(MIN_CAPACITY * FIELDS), size: 0 };
    this.#days.set(begin, day);
    const added = this.#counts.size;
    const needed = (day.size + added) * FIELDS;
    if (needed > day.packed.length) {
      const larger = new Float64Array(capacityFor(day.size + added) * FIELDS);
      larger.set(day.packed.subarray(0, day.size * FIELDS));
      day.packed = larger;
    }
    let at = lowerBound(day.packed, day.size, minute) * FIELDS;
    day.packed.copyWithin(at + added * FIELDS, at, day.size * FIELDS);
    for (const [value, count] of this.#counts) {
      day.packed.set([minute, value, count], at);
      at += FIELDS;
    }
    day.size += added;
  }
}

/** A fourth more than needed. Most series have one value a minute. */
const capacityFor = (size: number): number =>
  size < MINUTES_OF_DAY ? Math.min(MINUTES_OF_DAY, Math.ceil(size * 1.25)) : Math.ceil(size * 1.25);

/** The position of the first value whose minute of the day is at least `minute`. */
function lowerBound(packed: Float64Array, size: number, minute: number): number {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((packed[middle * FIELDS] ?? 0) < minute) low = middle + 1;
    else high = middle;
  }
  return low;
}
