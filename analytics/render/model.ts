import type { Chart } from "../../sql/library/model";
import type { Cells } from "../../tools/kit/athena-csv";

export interface RenderColumn {
  readonly name: string;
  readonly type: string;
  readonly doc?: string;
  readonly unit?: string;
  readonly digits?: number;
}

/** A column's name and unit for a reader. */
export const headingOf = ({ name, unit }: Pick<RenderColumn, "name" | "unit">): string =>
  unit ? `${name} (${unit})` : name;

/** A result on its way to a format. */
export interface RenderInput {
  readonly title: string;
  readonly description: string;
  /** Parameters and their values, for the reader. */
  readonly facts?: readonly (readonly [string, string])[];
  readonly notes?: readonly string[];
  /** What the figures lack, for documents that are read without the lines on stderr. */
  readonly shortcomings?: () => Promise<readonly string[]>;
  readonly chart?: Chart;
  readonly columns: readonly RenderColumn[];
  readonly rows: AsyncIterable<readonly Cells[]>;
}

export interface RenderOptions {
  /** No guard against formulas in csv and tsv: for machines, not spreadsheets. */
  readonly raw?: boolean;
  /** Draws the chart above a terminal's table. */
  readonly chart?: boolean;
  /** Columns of the terminal; absent where the text goes into a file or a pipe. */
  readonly width?: number;
  readonly colour?: boolean;
  /** Lays a table out for the terminal's width; without it nothing is cut for want of room. */
  readonly fit?: boolean;
}

/** A result as text, in pieces; what must be seen whole to be laid out says so in its own file. */
export type Format = (input: RenderInput, options: RenderOptions) => AsyncIterable<string>;

const numeric = /^(tinyint|smallint|integer|int|bigint|float|real|double|decimal)/;
export const isNumber = (type: string): boolean => numeric.test(type);
export const isTime = (type: string): boolean => type.startsWith("timestamp");
/** Neither a number, a time nor a truth: what keeps some of its sense when its end is cut off. */
export const isText = (type: string): boolean =>
  !isNumber(type) && !isTime(type) && type !== "date" && type !== "boolean";
