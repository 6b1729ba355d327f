/** A saved report: a Trino query with a strict header. */
export interface Report {
  /** Folder and file, e.g. crypto/top-movers. */
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The feed it reads; "each" repeats marked lines for every feed asked for with --feed. */
  readonly feed: string;
  /** The time parameters that bound the partitions it reads; absent when it reads none. */
  readonly window?: Window;
  readonly params: readonly Parameter[];
  readonly columns: readonly ResultColumn[];
  readonly chart?: Chart;
  /** What it means that there are no rows, when the window has data. */
  readonly empty?: string;
  /** What the figures leave out, in words. */
  readonly notes: readonly string[];
  readonly file: string;
  /** Lines of the file before the query's first. */
  readonly headerLines: number;
  readonly sql: string;
}

export interface Window {
  readonly from: string;
  readonly to: string;
}

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly default: string;
  readonly doc: string;
  readonly min?: string;
  readonly max?: string;
  readonly oneOf?: readonly string[];
  /** The result's column whose values it names: one that never appears is said to. */
  readonly of?: string;
  readonly line: number;
}

export const parameterTypes = ["time", "duration", "int", "number", "enum", "string", "list"] as const;
export type ParameterType = (typeof parameterTypes)[number];

export interface ResultColumn {
  readonly name: string;
  readonly type: ResultType;
  readonly doc: string;
  readonly unit?: string;
  /** Digits after the point in tables; chosen by size when absent. */
  readonly digits?: number;
}

export const resultTypes = ["varchar", "bigint", "double", "boolean", "timestamp", "date"] as const;
export type ResultType = (typeof resultTypes)[number];

export const chartKinds = ["line", "bar", "candlestick", "heatmap"] as const;

export interface Chart {
  readonly kind: (typeof chartKinds)[number];
  /** Role to its columns: x, y, series; open, high, low, close; value. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}
