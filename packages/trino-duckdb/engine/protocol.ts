import type { Type } from "../sql/types";

/** What the DuckDB process is asked to do. */
export type Task =
  /** Writes the result of a query to a CSV file. */
  | {
      readonly kind: "query";
      readonly sql: string;
      readonly columns: readonly ResultColumn[];
      readonly file: string;
    }
  /** Runs a statement that writes files itself (COPY), and counts rows. */
  | { readonly kind: "execute"; readonly sql: string }
  /** Returns the rows of a small query as texts. */
  | { readonly kind: "rows"; readonly sql: string };

/** Messages to the DuckDB process. */
export type Request =
  | { readonly kind: "task"; readonly id: number; readonly task: Task }
  | { readonly kind: "interrupt"; readonly id: number };

export interface ResultColumn {
  readonly name: string;
  readonly type: Type;
}

export interface Done {
  readonly rows: number;
  readonly bytes: number;
  readonly values?: readonly (readonly (string | null)[])[];
}

export type Answer = { readonly id: number } & (Done | { readonly error: string });

/** Settings of the DuckDB process, passed as JSON. */
export interface ProcessOptions {
  /** The file that modules are resolved from. */
  readonly base: string;
  /** The folder for data that does not fit in memory. */
  readonly temporary: string;
  /** What DuckDB allocates at most in its buffers, in megabytes. */
  readonly memory: number;
  /** What the process takes at most, in megabytes: functions allocate outside DuckDB's buffers. */
  readonly resident: number;
  /** What DuckDB writes to the temporary folder at most, in megabytes. */
  readonly disk: number;
  readonly threads: number;
}
