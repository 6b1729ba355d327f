import { ChangeLog } from "../../storage/change-log";

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

export interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly minutes: Map<number, Map<number, number>>;
  unit: string | undefined;
}

const MINUTE = 60_000;
/** AWS retains one-minute data for 15 days. */
const RETENTION = 15 * 86_400_000;

export const minuteOf = (at: number): number => Math.floor(at / MINUTE) * MINUTE;

const keyOf = (namespace: string, name: string, dimensions: Dimensions): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);

/** The values of every metric by minute, in memory and in a change log on disk. */
export class Metrics {
  readonly #series = new Map<string, Series>();
  readonly #log: ChangeLog<Sample>;
  #unwritten: Sample[] = [];
  #newest = 0;
  #count = 0;

  constructor(path: string) {
    this.#log = new ChangeLog(path, (sample) => this.#apply(sample));
  }

  /** Stores samples; they are on disk when it returns. */
  put(samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    this.#log.append(samples);
    for (const sample of samples) this.#apply(sample);
    this.#log.compact(
      () => this.#count * 100,
      () => this.#retained(),
    );
  }

  /** Stores a metric of one of the services. There are many, so they are written to disk together, a moment later. */
  observe(sample: Sample): void {
    this.#apply(sample);
    this.#unwritten.push(sample);
    if (this.#unwritten.length === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const samples = this.#unwritten;
    this.#unwritten = [];
    if (samples.length > 0) this.#log.append(samples);
  }

  find(namespace: string, name: string, dimensions: Dimensions): Series | undefined {
    return this.#series.get(keyOf(namespace, name, dimensions));
  }

  all(): IterableIterator<Series> {
    return this.#series.values();
  }

  #apply({ namespace, name, dimensions, minute, unit, values }: Sample): void {
    const key = keyOf(namespace, name, dimensions);
    const series = this.#series.get(key) ?? { namespace, name, dimensions, minutes: new Map(), unit };
    this.#series.set(key, series);
    if (unit !== undefined) series.unit = unit;
    const counts = series.minutes.get(minute) ?? new Map<number, number>();
    series.minutes.set(minute, counts);
    for (const [value, count] of values) {
      if (!counts.has(value)) this.#count++;
      counts.set(value, (counts.get(value) ?? 0) + count);
    }
    this.#newest = Math.max(this.#newest, minute);
  }

  *#retained(): Generator<Sample> {
    for (const { namespace, name, dimensions, minutes, unit } of this.#series.values())
      for (const [minute, counts] of minutes)
        if (minute > this.#newest - RETENTION)
          yield {
            namespace,
            name,
            dimensions,
            minute,
            ...(unit !== undefined && { unit }),
            values: [...counts],
          };
        else minutes.delete(minute);
  }

  close(): void {
    this.flush();
    this.#log.close();
  }
}
