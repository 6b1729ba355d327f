import { type Column, columnExpr, type Expr, type Part, substitute } from "./expr";
import type { Field } from "./scope";
import type { Scan } from "./session";

/** What stands in a FROM: fields to name, SQL, and where a predicate on it goes to prune what is read. */
export interface Relation {
  readonly fields: readonly Field[];
  readonly parts: readonly Part[];
  /** The table it is, if it is nothing else. */
  readonly scan?: Scan;
  /**
   * Takes a predicate that every row that matters satisfies. The answer, asked when everything is bound, is whether
   * pruning left no row that fails it, so that it need not be tested again.
   */
  push(predicate: Expr): Enforced;
}

/** A whole SELECT. */
export interface Query {
  readonly columns: readonly QueryColumn[];
  readonly parts: readonly Part[];
  push(predicate: Expr): Enforced;
}

export interface QueryColumn {
  readonly name?: string;
  /** Named c0, c1, … in the SQL. */
  readonly column: Column;
}

export type Enforced = () => boolean;
export const NEVER: Enforced = () => false;

export const outputName = (index: number): string => `c${index}`;

/** A query as a relation under an alias. */
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
    push: (predicate) =>
      query.push(
        substitute(predicate, (column) => {
          const source = inside.get(column.sql);
          return source && columnExpr(source);
        }),
      ),
  };
}
