import type {
  ExpressionContext,
  PrimaryExpressionContext,
  QueryContext,
  ValueExpressionContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import type { Expr } from "../expr";
import type { Node } from "../failure";
import type { Query } from "../relation";
import type { Scope } from "../scope";
import type { Session } from "../session";

/**
 * The compilers of each kind of expression, by way of the context: the files that compile one kind call the others
 * without importing them.
 */
export interface ExpressionCompilers {
  readonly expression: (node: ExpressionContext, context: Context) => Expr;
  readonly value: (node: ValueExpressionContext, context: Context) => Expr;
  readonly primary: (node: PrimaryExpressionContext, context: Context) => Expr;
}

/** What an expression is compiled with. */
export interface Context {
  readonly session: Session;
  readonly compilers: ExpressionCompilers;
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

export const compileExpression = (node: ExpressionContext, context: Context): Expr =>
  context.compilers.expression(node, context);

export const compileValue = (node: ValueExpressionContext, context: Context): Expr =>
  context.compilers.value(node, context);

export const compilePrimary = (node: PrimaryExpressionContext, context: Context): Expr =>
  context.compilers.primary(node, context);
