import type { Column } from "./expr";
import type { Node } from "./failure";
import type { Statement } from "./statements";
import type { TextComparison } from "./text-comparison";
import { duckType, quoteName, type Type } from "./types";

/** A table or view of the catalogue, as far as the compiler needs it. */
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
  readonly statement: Statement;
  readonly catalog: string;
  readonly schema: string;
  readonly columns: readonly SourceColumn[];
}

/** One read of one base table. The caller binds it to SQL that selects the table's rows. */
export interface Scan<T extends TableSource = TableSource> {
  readonly table: T;
  /** Its name in the SQL. */
  readonly alias: string;
  /** Predicates over partition keys alone. Rows that fail one of them do not affect the result. */
  readonly filters: Filter[];
  /** Comparisons of its files' text columns. Rows that fail one of them do not affect the result either. */
  readonly conditions: TextComparison[];
  readonly partitionColumns: readonly Column[];
  readonly numberings: RowNumbering[];
  /** Text columns that the query casts, by the column's name in a typed read. */
  readonly typedReads: Map<string, TypedRead>;
  /** Whether the query reads "$path". `settle` clears it if not. */
  readsPath: boolean;
  /** Set by the caller before `settle` when there is nothing to read. */
  isEmpty: boolean;
  /** Set by the caller before `settle`: whether a column is known to have no NaN in the files. */
  hasNoNaN: (column: string) => boolean;
  bind(sql: string): void;
}

export interface Filter {
  /** A row must meet all of them. */
  readonly predicates: readonly KeyPredicate[];
  /** The predicates that remain of it when only these partition keys are known. */
  readonly on: (keys: ReadonlySet<string>) => readonly KeyPredicate[];
  /** Set by the caller when evaluation failed on a partition: the filter then does not prune. */
  failed: boolean;
}

/** A predicate over partition keys. */
export interface KeyPredicate {
  readonly sql: string;
  /** Set if the predicate only compares a text key with constants. */
  readonly comparison: TextComparison | undefined;
}

/** A row_number() over the table's rows. If its keys are unique, it is 1 for every row and needs no sort. */
export interface RowNumbering {
  /** SQL of what it partitions by besides the table's partition keys. */
  readonly keys: readonly string[];
  /** Set by the caller when no two rows of any partition read share their keys. */
  unique: boolean;
}

/** A text column that the query casts. Files whose texts are in the type's common form can be read as the type. */
export interface TypedRead {
  readonly name: string;
  readonly type: Type;
  /** Set by the caller when every file read has the common form; cleared by `settle` if the query cannot use it. */
  enabled: boolean;
  /** Set by `settle`: whether the query reads the column's text. */
  needsText: boolean;
}

/** The column of a typed read. Its colon keeps it apart from the table's own columns. */
export const typedReadName = (name: string, type: Type): string => `${name}:${duckType(type)}`;

export const typedReadSql = ({ alias }: Scan, { name, type }: TypedRead): string =>
  `${alias}.${quoteName(typedReadName(name, type))}`;

/** State shared by the whole compilation of one query. */
export interface Session {
  readonly catalog: string;
  readonly schema: string;
  /** The query's start, which now() and its relatives return: milliseconds since the epoch. */
  readonly now: number;
  readonly user: string;
  readonly lookup: (catalog: string, schema: string, name: string, node: Node) => TableSource;
  readonly scans: Scan[];
  readonly parameters: Parameters;
  /** Run after everything is compiled, last first: common table expressions push predicates down. */
  readonly finishers: (() => void)[];
  unique(prefix: string): string;
}

/** Values for the question marks of the statement, as SQL texts. */
export interface Parameters {
  readonly values: readonly string[];
  /** The index of a question mark; undefined in a view, which has none. */
  readonly position: (node: Node) => number | undefined;
}
