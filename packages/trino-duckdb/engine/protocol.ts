import type { Type } from "../sql/types";

/** Messages from the main thread to the DuckDB worker. */
export type Request =
  /** Writes the result of a query to a CSV file. */
  | {
      readonly kind: "query";
      readonly id: number;
      readonly sql: string;
      readonly columns: readonly ResultColumn[];
      readonly file: string;
    }
  /** Runs a statement that writes files itself (COPY), and counts rows. */
  | { readonly kind: "execute"; readonly id: number; readonly sql: string }
  /** Returns the rows of a small query as texts. */
  | { readonly kind: "rows"; readonly id: number; readonly sql: string }
  | { readonly kind: "interrupt"; readonly id: number }
  | { readonly kind: "close" };

export interface ResultColumn {
  readonly name: string;
  readonly type: Type;
}

export type Answer =
  | {
      readonly id: number;
      readonly rows: number;
      readonly bytes: number;
      readonly values?: readonly (readonly (string | null)[])[];
    }
  | { readonly id: number; readonly error: string };

export interface WorkerOptions {
  /** The file that modules are resolved from. */
  readonly base: string;
  /** The folder for data that does not fit in memory. */
  readonly temporary: string;
  readonly memory: string;
  readonly threads: number;
}
