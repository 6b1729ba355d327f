import type { Column, Deferred, Expr } from "./expr";
import type { Node } from "./failure";
import { duckType, type Type } from "./types";

/** A table or view of the catalogue, as much of it as compiling a query takes. */
export interface TableSource {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly SourceColumn[];
  readonly partitionKeys: readonly SourceColumn[];
  readonly view?: ViewSource;
}

export interface SourceColumn {
  readonly name: string;
  readonly type: Type;
}

export interface ViewSource {
  readonly sql: string;
  readonly catalog: string;
  readonly schema: string;
  readonly columns: readonly SourceColumn[];
}

/** One reading of one base table. What it reads is bound after compiling, from its filters. */
export interface Scan<Table extends TableSource = TableSource> {
  readonly id: number;
  readonly table: Table;
  /** Its name in the SQL. */
  readonly alias: string;
  /** Predicates over partition keys alone; every one holds for each row that can matter. */
  readonly filters: Expr[];
  /** Those of them that failed on some partition, and so did not prune. */
  readonly undecided: Set<Expr>;
  readonly partitionColumns: readonly Column[];
  /** row_number() over keys that may turn out to be unique: then it is 1 throughout. */
  readonly numberings: Numbering[];
  /** Texts that the query casts, by the name the typed reading has in the SQL. */
  readonly readings: Map<string, Reading>;
  readonly source: Deferred;
  bind(sql: string): void;
}

/** A numbering of a scan's rows within its partitions. */
export interface Numbering {
  /** What it partitions by besides the table's own partition keys. */
  readonly keys: readonly Expr[];
  /** Set when no two rows of any partition read share their keys. */
  settled: boolean;
}

/** A text column that is cast where it stands: files in the common form can be read as the type at once. */
export interface Reading {
  readonly name: string;
  readonly type: Type;
  /** Set when that is known of every file read. */
  on: boolean;
}

/** No column of a table has a name with a colon and a type. */
export const readingName = (name: string, type: Type): string => `${name}:${duckType(type)}`;

/** What one compilation shares from top to bottom. */
export interface Session {
  readonly catalog: string;
  readonly schema: string;
  /** The instant of the query, a constant of it: milliseconds since the epoch. */
  readonly now: number;
  readonly user: string;
  readonly lookup: (catalog: string, schema: string, name: string, node: Node) => TableSource;
  readonly scans: Scan[];
  readonly parameters: Parameters;
  /** Run when everything is compiled, last first: common table expressions hand predicates on. */
  readonly finishers: (() => void)[];
  unique(prefix: string): string;
}

/** Values for the question marks of the statement, as SQL texts. */
export interface Parameters {
  readonly values: readonly string[];
  /** Which question mark a node is; undefined in a view, which has none. */
  readonly position: (node: Node) => number | undefined;
}
