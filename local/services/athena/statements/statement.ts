import type { Execution } from "../records";
import type { AthenaStore } from "../store";

/** What a statement that is no query works with. */
export interface Work {
  readonly store: AthenaStore;
  readonly execution: Execution;
  readonly signal: AbortSignal;
  readonly parameters: readonly string[];
}

/** Its answer: lines of text under column names; nothing for statements that only do something. */
export interface Listing {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const NOTHING: Listing = { columns: [], rows: [] };

/** A statement that has been read, ready to be done. */
export interface Statement {
  /** As executions show it: "SHOW_TABLES". */
  readonly kind: string;
  readonly type: Execution["statementType"];
  readonly run: (work: Work) => Promise<Listing>;
}

export const one = (column: string, values: readonly string[]): Listing => ({
  columns: [column],
  rows: values.map((value) => [value]),
});
