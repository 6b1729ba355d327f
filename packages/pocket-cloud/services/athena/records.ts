import type { WorkGroup } from "@aws-sdk/client-athena";
import type { Type } from "../../../trino-duckdb";
import type { Caller } from "../../caller";

export interface WorkGroupRecord {
  workGroup: WorkGroup & { Name: string };
  tags: Record<string, string>;
}

export interface ResultColumn {
  readonly name: string;
  readonly type: Type;
  /** The type that statements of Hive's grammar show, which is not one of queries. */
  readonly listed?: "string" | "varchar";
}

export type State = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** One run of a query, as it is kept on disk. */
export interface Execution {
  readonly id: string;
  readonly query: string;
  readonly workGroup: string;
  readonly catalog: string;
  readonly database: string;
  readonly parameters?: readonly string[];
  /** Where the folder of results is; the object itself is `location`. */
  readonly location: string;
  readonly resultConfiguration: Readonly<Record<string, unknown>>;
  readonly reuseMinutes?: number;
  readonly cutoff?: number;
  readonly metrics: boolean;
  readonly caller: Caller;
  readonly token?: string;
  readonly submitted: number;
  statementType: "DDL" | "DML" | "UTILITY";
  substatementType?: string;
  state: State;
  reason?: string;
  error?: { category: number; type: number; message: string; retryable: boolean };
  started?: number;
  completed?: number;
  planning?: number;
  /** Milliseconds of the machine from beginning to end. */
  elapsed?: number;
  scanned: number;
  rows: number;
  bytes: number;
  inputRows?: number;
  columns?: readonly ResultColumn[];
  /** Results of SELECTs and EXPLAINs begin with a row of column names; those of other statements do not. */
  header: boolean;
  /** Lines of plain text, as statements other than SELECT answer with. */
  plain?: boolean;
  /** What a statement that writes rows has done, and to how many. */
  updated?: "INSERT" | "CREATE TABLE" | "UNLOAD";
  updateCount?: number;
  /** The table a CREATE TABLE AS, INSERT or UNLOAD wrote: its list of files. */
  manifest?: string;
  /** The execution whose result was used instead of running. */
  reusedFrom?: string;
}

export interface NamedQueryRecord {
  readonly id: string;
  name: string;
  description?: string;
  readonly database: string;
  query: string;
  readonly workGroup: string;
  readonly token?: string;
}

export interface PreparedStatementRecord {
  readonly name: string;
  readonly workGroup: string;
  query: string;
  description?: string;
  modified: number;
}
