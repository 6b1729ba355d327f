/** A saved report: a Trino query with a strict header. */
export interface Report {
  /** Folder and file, e.g. crypto/top-movers. */
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The feed it reads, or "each": marked lines are repeated for each feed of --feed. */
  readonly feed: string;
  /** The time parameters that bound the partitions it reads. Absent if it reads no table. */
  readonly window?: Window;
  readonly params: readonly Parameter[];
  readonly columns: readonly ResultColumn[];
  /** Names of the columns that stay on a narrow terminal, the most important first. */
  readonly keyColumns: readonly string[];
  readonly chart?: Chart;
  /** Printed when the window has data but the result has no rows. */
  readonly empty?: string;
  /** Remarks on the figures, such as what they leave out. */
  readonly notes: readonly string[];
  readonly file: string;
  /** Number of lines before the query. */
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
  /** The result column that the values belong to. Values that never appear in it are reported. */
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
  /** Digits after the decimal point in tables. If absent, they depend on the size of the value. */
  readonly digits?: number;
}

export const resultTypes = ["varchar", "bigint", "double", "boolean", "timestamp", "date"] as const;
export type ResultType = (typeof resultTypes)[number];

export const chartKinds = ["line", "bar", "candlestick", "heatmap"] as const;

export interface Chart {
  readonly kind: (typeof chartKinds)[number];
  /** Columns by role: x, y, series; open, high, low, close; value. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}
