import type { Cells } from "../../data/cells";
import type { Chart } from "../../sql/library/model";

export interface RenderColumn {
  readonly name: string;
  readonly type: string;
  readonly doc?: string;
  readonly unit?: string;
  readonly digits?: number;
  /** Key columns stay on a narrow terminal while others are hidden, rank 0 longest. */
  readonly keyRank?: number;
}

/** Name and unit, for display. */
export const headingOf = ({ name, unit }: Pick<RenderColumn, "name" | "unit">): string =>
  unit ? `${name} (${unit})` : name;

/** A result to render. */
export interface RenderInput {
  readonly title: string;
  readonly description: string;
  /** Parameters and their values. */
  readonly facts?: readonly (readonly [string, string])[];
  readonly notes?: readonly string[];
  /** Warnings about incomplete data, for documents that are read without stderr. */
  readonly warnings?: () => Promise<readonly string[]>;
  readonly chart?: Chart;
  /** Why a query without a declared chart has none. */
  readonly noChart?: string;
  readonly columns: readonly RenderColumn[];
  readonly rows: AsyncIterable<readonly Cells[]>;
}

export interface RenderOptions {
  /** csv and tsv without the protection against spreadsheet formulas. */
  readonly raw?: boolean;
  /** Draws the chart above the table on a terminal. */
  readonly chart?: boolean;
  /** Width of the terminal; absent for a file or a pipe. */
  readonly width?: number;
  readonly colour?: boolean;
}

/** Renders a result as pieces of text. */
export type Format = (input: RenderInput, options: RenderOptions) => AsyncIterable<string>;

const numeric = /^(tinyint|smallint|integer|int|bigint|float|real|double|decimal)/;
export const isNumber = (type: string): boolean => numeric.test(type);
export const isTime = (type: string): boolean => type.startsWith("timestamp");
/** Text may be shortened; a shortened number, time or boolean would be wrong. */
export const isText = (type: string): boolean =>
  !isNumber(type) && !isTime(type) && type !== "date" && type !== "boolean";

/** Rows that are already in memory. */
export async function* rowsOf(rows: readonly Cells[]): AsyncGenerator<readonly Cells[]> {
  yield rows;
}
