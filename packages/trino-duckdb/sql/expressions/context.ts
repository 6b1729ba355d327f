import type { QueryContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import type { Expr } from "../expr";
import type { Node } from "../failure";
import type { Query } from "../relation";
import type { Scope } from "../scope";
import type { Session } from "../session";

/** What an expression is compiled with. */
export interface Context {
  readonly session: Session;
  readonly scope: Scope | undefined;
  /** Names that go before columns: parameters of the lambdas around it, output columns in ORDER BY. */
  readonly bound: ReadonlyMap<string, Expr>;
  /** Where aggregates and window functions may stand; the message names where they may not. */
  readonly aggregates: boolean;
  readonly windows: boolean;
  readonly where: string;
  /** Common table expressions in sight, for subqueries. */
  readonly compileQuery: (query: QueryContext, scope: Scope | undefined) => Query;
  /** Called with the PARTITION BY of each window met. */
  readonly onWindow?: (partitionBy: readonly Expr[]) => void;
  /** Called with each row_number() and its PARTITION BY; answers what stands for it. */
  readonly onNumbering?: (call: Expr, partitionBy: readonly Expr[]) => Expr;
  readonly namedWindows?: ReadonlyMap<string, Node>;
}
