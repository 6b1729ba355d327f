import type { Events } from "../../bus";
import { ChangeLog } from "../../storage/change-log";
import { MinuteValues } from "./minute-values";

export type Dimensions = Readonly<Record<string, string>>;

/** Values of one metric in one minute, each with its count. */
export interface Sample {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly minute: number;
  readonly unit?: string;
  readonly values: readonly (readonly [value: number, count: number])[];
}

/** The values of a metric in one unit. A metric has a series for each unit of its values, as in CloudWatch. */
export interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly minutes: MinuteValues;
  readonly unit: string | undefined;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** AWS retains one-minute data for 15 days. */
const RETENTION = 15 * DAY;

export const minuteOf = (at: number): number => Math.floor(at / MINUTE) * MINUTE;

/** Service metrics are written to disk at the end of each minute, and at least this often. */
const WRITE_INTERVAL_MS = 1000;

const textOf = (dimensions: Dimensions): string =>
  Object.keys(dimensions).length === 1
    ? JSON.stringify(dimensions)
    : JSON.stringify(Object.fromEntries(Object.entries(dimensions).sort()));

/** The values of every metric by minute, in memory and in a change log on disk. */
export class Metrics {
  /** The series of each metric. */
  readonly #series = new Map<string, Series[]>();
  readonly #log: ChangeLog<Sample>;
  /** Values of service metrics in the minute `#minute` that are not on disk yet. */
  #unwritten = new Map<Series, Map<number, number>>();
  #minute = 0;
  /** Samples that could not be written to disk yet. */
  #kept: readonly Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  #newest = 0;
  #count = 0;

  constructor(
    path: string,
    readonly log: (line: string) => void,
  ) {
    this.#log = ChangeLog.open(path, (sample) => this.#apply(sample));
  }

  /** Stores samples; they are on disk when it returns. */
  put(samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    this.#append(samples);
    for (const sample of samples) this.#apply(sample);
  }

  /** Like `put`, but when the disk is full, the samples stay in memory until a later flush. */
  putOrKeep(samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    for (const sample of samples) this.#apply(sample);
    this.#write(samples);
  }

  /** Adds values of a service's metrics. They are aggregated by minute before they are written to disk. */
  observe({ namespace, dimensions, values, units }: Events["metrics:values"], minute: number): void {
    if (minute !== this.#minute) this.flush();
    this.#minute = minute;
    this.#timer ??= setTimeout(() => this.flush(), WRITE_INTERVAL_MS).unref();
    const suffix = textOf(dimensions);
    for (const name in values) {
      const value = values[name];
      if (value === undefined) continue;
      const series = this.#find({ namespace, name, dimensions, unit: units[name] }, suffix);
      this.#add(series, minute, value, 1);
      const unwritten = this.#unwritten.get(series) ?? new Map<number, number>();
      this.#unwritten.set(series, unwritten);
      unwritten.set(value, (unwritten.get(value) ?? 0) + 1);
    }
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const samples = [...this.#unwritten].map(([series, counts]) => sampleOf(series, this.#minute, counts));
    this.#unwritten = new Map();
    this.#write(samples);
  }

  #write(samples: readonly Sample[]): void {
    const all = [...this.#kept, ...samples];
    if (all.length === 0) return;
    try {
      this.#append(all);
      this.#kept = [];
    } catch (error) {
      if (this.#kept.length === 0)
        this.log(`monitoring: metrics cannot be written to disk now: ${String(error)}`);
      this.#kept = all;
      this.#timer ??= setTimeout(() => this.flush(), WRITE_INTERVAL_MS).unref();
    }
  }

  #append(samples: readonly Sample[]): void {
    this.#log.append(samples);
    this.#log.compact(
      () => this.#count * 100,
      () => this.#retained(),
    );
  }

  /** The series of a metric, in all units or in one. */
  find(namespace: string, name: string, dimensions: Dimensions, unit?: string): readonly Series[] {
    const all = this.#series.get(`${namespace}\n${name}\n${textOf(dimensions)}`) ?? [];
    return unit === undefined ? all : all.filter((series) => (series.unit ?? "None") === unit);
  }

  /** The series of every metric. */
  all(): IterableIterator<readonly Series[]> {
    return this.#series.values();
  }

  #find(identity: Omit<Series, "minutes">, suffix: string): Series {
    const key = `${identity.namespace}\n${identity.name}\n${suffix}`;
    let all = this.#series.get(key);
    if (!all) {
      all = [];
      this.#series.set(key, all);
    }
    for (const series of all) if (series.unit === identity.unit) return series;
    const series = { ...identity, minutes: new MinuteValues() };
    all.push(series);
    return series;
  }

  #apply({ namespace, name, dimensions, minute, unit, values }: Sample): void {
    const series = this.#find({ namespace, name, dimensions, unit }, textOf(dimensions));
    for (const [value, count] of values) this.#add(series, minute, value, count);
  }

  #add({ minutes }: Series, minute: number, value: number, count: number): void {
    if (minutes.add(minute, value, count)) this.#count++;
    const isNewDay = Math.floor(minute / DAY) > Math.floor(this.#newest / DAY);
    this.#newest = Math.max(this.#newest, minute);
    if (isNewDay) this.#forget(this.#newest - RETENTION);
  }

  #forget(before: number): void {
    for (const all of this.#series.values())
      for (const series of all) this.#count -= series.minutes.dropBefore(before);
  }

  *#retained(): Generator<Sample> {
    for (const series of [...this.#series.values()].flat()) {
      let [minute, counts] = [0, new Map<number, number>()];
      for (const [next, value, count] of series.minutes.between(this.#newest - RETENTION + 1, Infinity)) {
        if (next !== minute && counts.size > 0) yield sampleOf(series, minute, counts);
        if (next !== minute) [minute, counts] = [next, new Map()];
        counts.set(value, count);
      }
      if (counts.size > 0) yield sampleOf(series, minute, counts);
    }
  }

  close(): void {
    this.flush();
    clearTimeout(this.#timer);
    this.#log.close();
  }
}

const sampleOf = (
  { namespace, name, dimensions, unit }: Series,
  minute: number,
  counts: ReadonlyMap<number, number>,
): Sample => ({
  namespace,
  name,
  dimensions,
  minute,
  ...(unit !== undefined && { unit }),
  values: [...counts],
});
