import type { Execution } from "../records";
import type { AthenaStore } from "../store";

/** What a statement other than a query runs with. */
export interface RunContext {
  readonly store: AthenaStore;
  readonly execution: Execution;
  readonly signal: AbortSignal;
  readonly parameters: readonly string[];
}

/** A result of text lines. */
export interface Listing {
  readonly columns: readonly string[];
  readonly lines: readonly string[];
  /** The type of the columns in the metadata; "text" is a query's varchar. */
  readonly listed?: "string" | "varchar" | "text";
}

export const NOTHING: Listing = { columns: [], lines: [] };

/** The result of a statement that writes rows. */
export interface Change {
  readonly verb: NonNullable<Execution["updated"]>;
  readonly count: number;
}

/** A parsed statement other than a query. */
export interface Statement {
  /** The substatement type of executions: "SHOW_TABLES". */
  readonly kind: string;
  readonly type: Execution["statementType"];
  /** Whether the statement itself says where its output goes. */
  readonly namesLocation?: boolean;
  readonly run: (context: RunContext) => Promise<Listing | Change>;
}

export const singleColumn = (column: string, lines: readonly string[]): Listing => ({
  columns: [column],
  lines,
});
