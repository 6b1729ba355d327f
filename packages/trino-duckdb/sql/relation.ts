import { type Column, columnExpr, type Expr, type Part, substitute } from "./expr";
import type { Field } from "./scope";
import type { Scan } from "./session";

/** An item of FROM: its fields and SQL. */
export interface Relation {
  readonly fields: readonly Field[];
  readonly parts: readonly Part[];
  /** Set if the relation is a plain table. */
  readonly scan?: Scan;
  /**
   * Pushes a predicate down: rows that fail it do not affect the result. The returned function tells, once all scans
   * are pruned, whether no such row is left, so that the query need not test the predicate.
   */
  push(predicate: Expr): Enforced;
  /** Tells, once all scans are pruned, whether it is known to have no rows. */
  readonly isEmpty?: IsEmpty;
}

export type IsEmpty = () => boolean;

/** A whole SELECT. */
export interface Query {
  readonly columns: readonly QueryColumn[];
  readonly parts: readonly Part[];
  /** As in a relation. */
  readonly isEmpty?: IsEmpty;
  push(predicate: Expr): Enforced;
}

interface QueryColumn {
  readonly name?: string;
  /** The column's SQL inside pushed predicates. The query's SQL names it c0, c1, …. */
  readonly column: Column;
}

type Enforced = () => boolean;
export const NEVER: Enforced = () => false;

export const outputName = (index: number): string => `c${index}`;

/** A query as a relation in FROM. */
export function derived(
  query: Query,
  alias: string,
  qualifier: readonly string[],
  names?: readonly (string | undefined)[],
): Relation {
  const columns = query.columns.map(({ column }, i) => ({ ...column, sql: `${alias}.${outputName(i)}` }));
  const inside = new Map(columns.map((column, i) => [column.sql, query.columns[i]?.column]));
  return {
    fields: columns.map((column, i) => {
      const name = names ? names[i] : query.columns[i]?.name;
      return { qualifier, column, ...(name !== undefined && { name }) };
    }),
    parts: ["(", ...query.parts, `) AS ${alias}`],
    ...(query.isEmpty && { isEmpty: query.isEmpty }),
    push: (predicate) =>
      query.push(
        substitute(predicate, (column) => {
          const source = inside.get(column.sql);
          return source && columnExpr(source);
        }),
      ),
  };
}
