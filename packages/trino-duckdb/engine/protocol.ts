import type { Type } from "../sql/types";

/** What the main thread asks of the DuckDB worker. */
export type Request =
  /** Runs a query into a CSV file. */
  | {
      readonly kind: "query";
      readonly id: number;
      readonly sql: string;
      readonly columns: readonly ResultColumn[];
      readonly file: string;
    }
  /** Runs a statement that writes files itself (COPY), and counts rows. */
  | { readonly kind: "execute"; readonly id: number; readonly sql: string }
  /** Runs a small query whose values are texts, and answers its rows. */
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
  /** Where modules are resolved from. */
  readonly base: string;
  /** For what does not fit in memory. */
  readonly temporary: string;
  readonly memory: string;
  readonly threads: number;
}
