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
  readonly lines: readonly string[];
  /** The type of the columns; a text of the engine's is like a query's. */
  readonly listed?: "string" | "varchar" | "text";
}

export const NOTHING: Listing = { columns: [], lines: [] };

/** Or what it has written elsewhere. */
export interface Change {
  readonly verb: NonNullable<Execution["updated"]>;
  readonly count: number;
}

/** A statement that has been read, ready to be done. */
export interface Statement {
  /** As executions show it: "SHOW_TABLES". */
  readonly kind: string;
  readonly type: Execution["statementType"];
  readonly run: (work: Work) => Promise<Listing | Change>;
}

export const one = (column: string, lines: readonly string[]): Listing => ({ columns: [column], lines });
