import type { Cells } from "../athena/csv";
import type { Chart } from "../report/model";

export interface RenderColumn {
  readonly name: string;
  readonly type: string;
  readonly doc?: string;
  readonly unit?: string;
  readonly digits?: number;
}

/** A result on its way to a format. */
export interface RenderInput {
  readonly title: string;
  readonly description: string;
  /** Parameters and their values, for the reader. */
  readonly facts?: readonly (readonly [string, string])[];
  readonly notes?: readonly string[];
  readonly chart?: Chart;
  readonly columns: readonly RenderColumn[];
  readonly rows: AsyncIterable<readonly Cells[]>;
}

export interface RenderOptions {
  /** No guard against formulas in csv and tsv: for machines, not spreadsheets. */
  readonly raw?: boolean;
  /** Draws the chart above a terminal's table. */
  readonly chart?: boolean;
  /** Columns of the terminal. */
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
