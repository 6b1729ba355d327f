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
  /** The column type in results of Hive statements. */
  readonly listed?: "string" | "varchar";
}

export type State = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** One execution of a query, as stored on disk. */
export interface Execution {
  readonly id: string;
  readonly query: string;
  readonly workGroup: string;
  readonly catalog: string;
  readonly database: string;
  readonly parameters?: readonly string[];
  /** The result object. */
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
  /** Run time in milliseconds of real time, also with a simulated clock. */
  elapsed?: number;
  scanned: number;
  rows: number;
  bytes: number;
  inputRows?: number;
  columns?: readonly ResultColumn[];
  /** Whether the result begins with a row of column names, as for SELECT and EXPLAIN. */
  header: boolean;
  /** Whether the result is plain text, as for statements other than SELECT. */
  plain?: boolean;
  /** For statements that write rows: the update type and the number of rows. */
  updated?: "INSERT" | "CREATE TABLE" | "UNLOAD";
  updateCount?: number;
  /** The manifest with the files that CREATE TABLE AS, INSERT or UNLOAD wrote. */
  manifest?: string;
  /** The execution whose result was reused. */
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
