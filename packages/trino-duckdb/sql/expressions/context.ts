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
 * Compilers of the kinds of expressions. They are passed in the context because files that compile different kinds
 * would otherwise import each other.
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
  /** Names that take precedence over columns: parameters of enclosing lambdas, output columns in ORDER BY. */
  readonly bound: ReadonlyMap<string, Expr>;
  /** Whether aggregates and window functions are allowed here. */
  readonly aggregates: boolean;
  readonly windows: boolean;
  /** The clause, for messages about what it cannot contain. */
  readonly where: string;
  /** Compiles a subquery with the common table expressions in scope. */
  readonly compileQuery: (query: QueryContext, scope: Scope | undefined) => Query;
  /** Called with each aggregate, also one below a window function or in ORDER BY. */
  readonly onAggregate?: () => void;
  /** Called with the PARTITION BY of each window. */
  readonly onWindow?: (partitionBy: readonly Expr[]) => void;
  /** Called with each row_number() and its PARTITION BY; returns its replacement. */
  readonly onNumbering?: (call: Expr, partitionBy: readonly Expr[]) => Expr;
  readonly namedWindows?: ReadonlyMap<string, Node>;
}

export const compileExpression = (node: ExpressionContext, context: Context): Expr =>
  context.compilers.expression(node, context);

export const compileValue = (node: ValueExpressionContext, context: Context): Expr =>
  context.compilers.value(node, context);

export const compilePrimary = (node: PrimaryExpressionContext, context: Context): Expr =>
  context.compilers.primary(node, context);
